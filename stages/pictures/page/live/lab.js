// The live section: its buttons, sliders and keys, and what they do with a game.
"use strict";
{
  const LONGEST = 100; // milliseconds of a frame that are caught up: a hidden page has no frames
  const HALF = 20; // steps of a slider to either side of what the agents were trained with

  const part = (name) => document.getElementById(`live-${name}`);
  const short = (value) => Number(value.toPrecision(3)).toString();
  const signed = (text) => text.replace("-", "\u2212");

  live.Lab = class {
    constructor(data) {
      const scene = live.scenes[data.environment](data);
      const map = data.state_count ? live.CellMap : live.PlaneMap;
      Object.assign(this, { data, scene, policies: new Map(), playing: false, last: null });
      this.game = new live.Game(data);
      this.map = new map(data, this.game.environment, scene.height);
      part("lab").hidden = false;
      this.pens = {
        agent: new live.Pen(part("agent-view"), scene.height),
        you: new live.Pen(part("you-view"), scene.height),
        map: new live.Pen(part("map-view"), this.map.height),
      };
      this.listen();
      this.choose();
      this.game.restart();
      this.tell();
      this.draw();
    }

    listen() {
      const on = (name, event, act) => part(name)?.addEventListener(event, act);
      on("agent", "change", () => this.choose());
      on("run", "change", () => this.pick());
      on("training", "input", () => this.pick());
      on("play", "click", () => this.play(!this.playing));
      on("step", "click", () => this.once());
      on("new", "click", () => this.restart(this.game.seed + 1));
      on("same", "click", () => this.restart(this.game.seed));
      on("trained", "click", () => this.reset());
      on("held", "change", () => this.draw());
      for (const mode of ["watch", "against"]) on(mode, "change", () => this.take(mode));
      this.sliders = [...part("world").querySelectorAll("input")];
      for (const slider of this.sliders) slider.addEventListener("input", () => this.change());
      const buttons = [...part("actions").querySelectorAll("button")];
      const release = () => { this.game.held = null; };
      new live.Hand(part("lab"), buttons, this.data.actions, (a) => this.press(a), release);
      live.whenColoursChange(() => this.fit());
      new ResizeObserver(() => this.fit()).observe(part("views"));
    }

    // A key or a button goes down: it acts in each step until it goes up, and in one at least.
    press(action) {
      this.game.tapped = action;
      if (this.inTurns) this.once();
      else this.game.held = action;
    }

    // In worlds of cells nobody hurries you: each key is a step of both.
    get inTurns() {
      return this.game.against && this.data.state_count > 0;
    }

    // Another agent: its runs, its checkpoints, its colour.
    choose() {
      this.agent = this.data.agents[part("agent").value];
      const { runs, checkpoints, name } = this.agent;
      part("run").replaceChildren(...runs.map(({ run }, place) => new Option(`run ${run}`, place)));
      part("training").max = checkpoints.length - 1;
      part("training").value = checkpoints.length - 1;
      for (const place of ["agent-name", "map-name"]) {
        part(place).textContent = name;
        part(place).style.setProperty("--colour", this.agent.colour);
      }
      this.pick();
    }

    // Another policy of the agent: of run 0 in the course of its training, of others at its end.
    pick() {
      const { runs, checkpoints } = this.agent;
      const run = Number(part("run").value), slider = part("training");
      slider.disabled = run > 0 || checkpoints.length < 2;
      if (run > 0) slider.value = checkpoints.length - 1;
      const place = Number(slider.value);
      const known = `${part("agent").value} ${run} ${place}`;
      if (!this.policies.has(known)) {
        const packed = run > 0 ? runs[run] : checkpoints[place];
        this.policies.set(known, live.policyOf(this.data, this.agent, packed));
      }
      this.chosen = known;
      const told = run > 0 ? "trained" : this.after(place);
      part("training-told").textContent = told;
      slider.setAttribute("aria-valuetext", told);
      this.game.adopt(this.policies.get(known));
      if (this.game.agent) this.draw();
    }

    // How far run 0 had come, in the words of the animations.
    after(place) {
      const { checkpoints } = this.agent, { episodes } = checkpoints[place];
      const count = `${episodes.toLocaleString("en")} episodes`;
      if (place === checkpoints.length - 1) return `trained, ${count}`;
      return episodes === 0 ? "untrained" : `after ${count}`;
    }

    // Watch, or play against the agent: at a pace that a hand can follow.
    take(mode) {
      this.play(false);
      const quick = mode === "against" && this.game.environment.pushes;
      part("pace").value = quick ? "0.25" : "1";
      this.game.against = mode === "against";
      this.restart();
    }

    restart(seed) {
      const { game } = this;
      part("you-figure").hidden = !game.against;
      for (const name of ["play", "step", "pace"]) part(name).disabled = this.inTurns;
      game.restart(seed);
      part("said").textContent = "";
      this.tell();
      this.fit();
    }

    // What the buttons of the actions do, and how.
    tell() {
      const { environment, against } = this.game;
      const does = environment.pushes ? "Push the cart" : "Act in the agent's place";
      const idle = environment.pushes ? ": without a key you push left and right in turn" : "";
      const yours = this.inTurns ? "You: each key is a step" : `You${idle}`;
      part("does").textContent = against ? yours : does;
    }

    // Another world, as the sliders say.
    change() {
      const found = {};
      for (const [i, option] of this.data.sliders.entries()) {
        const { key, trained } = option, place = Number(this.sliders[i].value);
        const value = this.valueOf(option, place);
        found[key] = value;
        const told = short(value) + (value === trained ? "" : `, trained with ${short(trained)}`);
        part(`${key}-told`).textContent = told;
        this.sliders[i].setAttribute("aria-valuetext", told);
      }
      const { noise = 0, randomly, ...options } = found;
      Object.assign(this.game, { noise, randomly });
      this.game.change(options);
      this.draw();
    }

    // A slider has what the agents were trained with in its middle, or where its value is 0.
    valueOf({ trained, low, high, linear }, place) {
      if (place === 0) return trained;
      const end = place < 0 ? low : high, share = Math.abs(place) / HALF;
      const value = linear ? trained + (end - trained) * share : trained * (end / trained) ** share;
      return Number(value.toPrecision(3));
    }

    reset() {
      for (const slider of this.sliders) slider.value = 0;
      this.change();
    }

    play(on) {
      if (on && this.game.over) this.restart(this.game.seed + 1);
      const begins = on && !this.playing;
      this.playing = on;
      this.last = null;
      part("play").textContent = on ? "Pause" : "Play";
      if (begins) requestAnimationFrame((now) => this.frame(now));
    }

    once() {
      this.play(false);
      if (!this.game.over) this.game.step();
      this.draw();
      this.end();
    }

    frame(now) {
      if (!this.playing) return;
      const passed = Math.min(now - (this.last ?? now), LONGEST);
      this.last = now;
      if (this.game.advance(passed * Number(part("pace").value))) this.draw();
      this.end();
      if (this.playing) requestAnimationFrame((next) => this.frame(next));
    }

    end() {
      const { agent, you, against, over } = this.game;
      if (!over) return;
      this.play(false);
      const told = (who, one) => `${who}: ${one.ending}, return ${this.returnOf(one)}.`;
      const yours = against ? ` ${told("You", you)}` : "";
      part("said").textContent = told(this.agent.name, agent) + yours;
    }

    returnOf({ total }) {
      return signed(short(total));
    }

    fit() {
      for (const pen of Object.values(this.pens)) pen.fit();
      this.draw();
    }

    draw() {
      const { agent, you, against, options, act } = this.game, { kind, held } = this.agent;
      const colour = live.onPaper(this.agent.colour), { agent: pen, you: other, map } = this.pens;
      this.show("agent", agent, pen, { options, colour });
      if (against) this.show("you", you, other, { options, colour: other.soft });
      map.clear();
      const cost = live.cost(kind, held, this.data.variables, this.data.actions.length);
      const { chosen: key } = this, slice = part("held")?.checked ?? false;
      this.map.draw(map, { act, cost, key, path: agent.path, held: slice });
    }

    show(name, episode, pen, more) {
      pen.clear();
      this.scene.draw(pen, { ...episode, ...more });
      const told = `step ${episode.steps} of ${this.data.limit}, return ${this.returnOf(episode)}`;
      part(`${name}-told`).textContent = told + (episode.over ? `: ${episode.ending}` : "");
    }
  };

  live.lab = new live.Lab(JSON.parse(part("data").textContent));
}
