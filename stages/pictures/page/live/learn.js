// An agent that learns before the reader.
const BUDGET = 10; // milliseconds of a frame for training, less while frames are late
const FASTEST = 20; // the end of the slider of speed
const SLOW = 10; // steps a second at which an update can be read
const calm = window.matchMedia("(prefers-reduced-motion: reduce)"); // two pictures a second

class Learn extends Clock {
  constructor(task, agents) {
    super();
    Object.assign(this, { task, agents, seed: 0, playing: false, place: 12, budget: BUDGET });
    this.pictures = new Pictures(task, "");
    part("agent").addEventListener("change", () => this.choose());
    onClick("train", () => this.toggle(!this.playing));
    onClick("step", () => this.once());
    onClick("again", () => this.restart(this.seed));
    onClick("another", () => this.restart(this.seed + 1));
    onClick("defaults", () => this.choose());
    const text = () => (this.place === FASTEST ? "as fast as possible" : `${number(this.speed)} steps a second`);
    slider(part("speed"), { name: "speed", min: 0, max: FASTEST, step: 1, text },
      (place) => { this.place = place; })(this.place);
    this.choose();
  }

  // Steps of training a second.
  get speed() {
    return this.place === FASTEST ? Infinity : 10 ** (this.place / 4);
  }

  // Another agent, with the values of params.yaml; sliders of its rates and bins.
  choose() {
    const { settings, ...more } = this.agents[part("agent").value];
    this.agent = { settings: { ...settings, bins: [...settings.bins] }, ...more };
    [this.byHand, this.moves] = [{}, []];
    this.restart(this.seed);
    const { learner } = this.training, add = (...options) => slider(part("rates"), ...options);
    part("rates").replaceChildren();
    this.moves = Object.entries(learner.constructor.rates).map(([key, name]) => {
      const max = Math.min(1, 5 * learner[key] || 1);
      return [key, add({ name, min: 0, max, step: max / 200 }, (value) => {
        this.byHand[key] = this.training.learner[key] = value;
      })];
    });
    settings.bins.forEach((count, i) => {
      add({ name: `bins of ${this.task.observation[i]}`, min: 1, max: 20, step: 1 }, (value) => {
        this.agent.settings.bins[i] = value;
        this.restart(this.seed);
      })(count);
    });
    this.draw();
  }

  // Begin with nothing learned.
  restart(seed, on = this.playing) {
    this.seed = seed;
    this.training = new Training(this.task, this.agent, seed, this.byHand);
    this.toggle(on);
  }

  toggle(on) {
    if (on && this.training.done) return this.restart(this.seed + 1, on);
    this.due = 0; // steps
    this.play(on, "train", "Train");
    this.draw();
  }

  once() {
    this.training.run(1);
    this.toggle(false);
  }

  advance(passed) {
    this.due += (this.speed * passed) / 1000;
    if (this.due < 1) return;
    this.budget = passed > 20 ? Math.max(0.8 * this.budget, 1) : Math.min(this.budget + 0.5, BUDGET);
    this.training.run(Math.floor(this.due), performance.now() + this.budget);
    this.due = this.due % 1 || 0;
    if (this.training.done) this.toggle(false);
    else if (!calm.matches || performance.now() > this.drawn + 500) this.draw();
  }

  draw() {
    const { training, task, playing } = this, { learner, episode, steps } = training;
    const tiles = (observation) => learner.coding.find(observation);
    const policy = { action: (seen) => learner.preferred(tiles(seen)), value: (seen) => learner.value(tiles(seen)) };
    const { episodes } = training.settings, curve = { ...training, episodes };
    this.pictures.draw(episode, policy, this.agent.colour, curve, !playing);
    this.drawn = performance.now();
    if (playing && this.drawn < this.described + 100) return; // text is not read faster
    this.described = this.drawn;
    this.moves.forEach(([key, move]) => move(learner[key]));
    const nth = Math.min(training.count + 1, episodes);
    show("count", `seed ${this.seed}: episode ${grouped(nth)} of ${grouped(episodes)}, `
      + `step ${episode.steps}; ${grouped(steps)} steps, validation included`);
    const legible = learner.last && (!playing || this.speed <= SLOW);
    const below = legible ? learner.explain(task.actions) : ["Press Step to see an update in numbers."];
    show("update", [learner.rule, ...below].join("\n"));
    show("verdict", this.verdict());
  }

  // Whether it has solved the environment, and whether that lasts.
  verdict() {
    const { scores, solved, done } = this.training, { threshold } = this.task;
    const after = (score) => `episode ${grouped(score.after)}`;
    const best = number(Math.max(...scores.map(({ mean }) => mean)));
    if (!solved && !done) return "";
    if (threshold === null) return `Done: the best score is ${best}.`;
    if (!solved) return `Not solved: the best score is ${best}, and ${number(threshold)} solves it.`;
    const { first, falls, stays } = solved;
    const start = `Solved at ${after(first)}, after ${grouped(first.steps)} steps, validation included.`;
    if (!falls.length) return `${start} ${done ? "It stayed solved." : "It has stayed solved so far."}`;
    const times = falls.length === 1 ? "once" : `${falls.length} times`;
    const since = stays ? `solved again since ${after(stays)}` : "not solved since";
    return `${start} Its score fell significantly below ${number(threshold)} again ${times}, last at ${after(falls.at(-1))}; ${since}.`;
  }
}
