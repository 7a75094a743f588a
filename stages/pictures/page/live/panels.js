// What both parts of the section share: parts of the page, sliders, pictures, a clock.
const part = (name) => document.getElementById(`live-${name}`);
const onClick = (name, act) => part(name).addEventListener("click", act);
const show = (name, text) => { // only if it changes: a change of a status is read aloud
  if (part(name).textContent !== text) part(name).textContent = text;
};

// Add a labelled slider; returns a function that moves it.
function slider(parent, { name, min, max, step, text = number }, change) {
  const [label, output, input] = ["label", "output", "input"].map((tag) => document.createElement(tag));
  Object.assign(input, { type: "range", min, max, step, autocomplete: "off" });
  input.setAttribute("aria-label", name);
  const move = (value) => {
    input.value = value;
    output.textContent = text(value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    change(Number(input.value));
    move(Number(input.value));
  });
  label.append(`${name} `, output, input);
  parent.append(label);
  return move;
}

// An agent's pictures: the environment, over a plane the map of its actions, the curve.
class Pictures {
  constructor(task, of) {
    const [height, drawScene] = SCENES[task.environment];
    Object.assign(this, { task, drawScene, curve: new Curve(part(`curve${of}`), task) });
    this.scene = new Pen(part(`scene${of}`), height(task.model));
    this.map = task.state_count ? null : new PlaneMap(part(`map${of}`), task);
  }

  // `action` and `value` of an observation: undefined if none is preferred, if there is none.
  draw(episode, { action, value = () => undefined }, colour, curve, still) {
    const { task, scene } = this;
    const cells = Array.from({ length: task.state_count }, (_, s) => [action([s]), value([s])]);
    scene.begin();
    this.drawScene(scene, episode, { colour: onPaper(colour), cells });
    this.map?.draw(action, episode.path, still);
    this.curve.draw({ ...curve, colour: onPaper(colour) });
  }
}

// Calls `advance` with the milliseconds that passed, at each frame while it plays.
class Clock {
  play(on, button, label) {
    cancelAnimationFrame(this.frame);
    Object.assign(this, { playing: on, last: undefined });
    part(button).textContent = on ? "Pause" : label;
    if (on) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const passed = Math.min(now - (this.last ?? now - 16), 100); // a hidden page has no frames
    this.last = now;
    this.frame = requestAnimationFrame((next) => this.tick(next));
    this.advance(passed);
  }
}
