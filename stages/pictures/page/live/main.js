const task = JSON.parse(part("data").textContent);
part("lab").hidden = false;
const learn = task.learners.length ? new Learn(task, task.learners) : null;
const play = task.agents.length ? new Play(task, task.agents) : null;
const redraw = () => [learn, play].forEach((one) => one?.draw());
dark.addEventListener("change", redraw);
new ResizeObserver(redraw).observe(part("lab"));
window.live = { task, learn, play, make, policyOf, Training }; // for the console, and for tests
