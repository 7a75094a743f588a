// The trained policies of run 0, side by side from the same start, under the same push.
class Play extends Clock {
  constructor(task, agents) {
    super();
    Object.assign(this, { task, playing: false, held: null, options: { ...task.options } });
    this.range = agents.flatMap(({ scores }) => scores.map(({ mean }) => mean)); // of all curves
    this.players = agents.map((agent, i) => this.player(agent, i));
    const moves = task.sliders.map((option) => this.option(option));
    onClick("play", () => this.toggle(!this.playing));
    onClick("one", () => this.once());
    onClick("new", () => this.restart(this.seed + 1));
    onClick("same", () => this.restart(this.seed));
    onClick("trained", () => moves.forEach((move) => move()));
    listenToHand(part("played"), [...part("actions").querySelectorAll("button")], task.actions,
      (action) => this.press(action), () => { this.held = null; });
    this.restart(0);
  }

  // An agent, its pictures, and the checkpoint that plays.
  player(agent, i) {
    const { checkpoints, name } = agent, pictures = new Pictures(this.task, `-${i}`);
    const player = { agent, i, pictures }, max = checkpoints.length - 1;
    const text = (place) => {
      const { episodes, score } = checkpoints[place];
      return `after ${grouped(episodes)} episodes${score === null ? "" : `, score ${number(score)}`}`;
    };
    const choose = (place) => {
      Object.assign(player, { place, policy: policyOf(this.task, agent, checkpoints[place]) });
      move(place);
      if (this.seed !== undefined) this.restart(this.seed); // nobody is credited with another's steps
    };
    const move = slider(part(`checkpoint-${i}`), { name: `${name}: checkpoint`, min: 0, max, step: 1, text }, choose);
    part(`curve-${i}`).addEventListener("click", ({ offsetX, target }) => {
      const x = (offsetX / target.clientWidth) * WIDTH;
      const distances = checkpoints.map(({ episodes }) => Math.abs(pictures.curve.x(episodes) - x));
      choose(distances.indexOf(Math.min(...distances)));
    });
    choose(max);
    return player;
  }

  // A slider of an option; returns a function that sets it as in training.
  option({ key, name, trained, low, high }) {
    const change = (value) => {
      this.options[key] = value; // which the episodes share
      move(value);
    };
    const text = (value) => number(value) + (value === trained ? "" : `, trained with ${number(trained)}`);
    const move = slider(part("options"), { name, min: low, max: high, step: (high - low) / 200, text }, change);
    move(trained);
    return () => change(trained);
  }

  get over() {
    return this.players.every(({ episode }) => episode.over);
  }

  restart(seed, on = this.playing) {
    Object.assign(this, { seed, tapped: null });
    for (const player of this.players) player.episode = new Episode(this.task, this.options, generator(seed));
    this.toggle(on);
  }

  toggle(on) {
    if (on && this.over) return this.restart(this.seed + 1, on);
    this.due = 0; // milliseconds
    this.play(on, "play", this.over ? "Again" : "Play");
    this.draw();
  }

  // The first push starts; after the end, a new episode.
  press(action) {
    if (!this.playing) this.toggle(true);
    Object.assign(this, { held: action, tapped: action }); // a short tap acts in one step
  }

  once() {
    this.step();
    this.toggle(false);
  }

  step() {
    const hand = this.held ?? this.tapped;
    this.tapped = null;
    for (const { episode, policy } of this.players.filter((player) => !player.episode.over)) {
      const action = policy.act(episode.observation);
      const push = hand === null ? 0 : (2 * hand - 1) * this.options.force;
      if (episode.environment.constructor.pushes) episode.step(action, push);
      else episode.step(hand ?? action);
    }
  }

  advance(passed) {
    const { pace } = this.players[0].episode.environment;
    this.due += passed * Number(part("pace").value);
    if (this.due < pace) return;
    for (; this.due >= pace && !this.over; this.due -= pace) this.step();
    if (this.over) this.toggle(false);
    else this.draw();
  }

  draw() {
    for (const { agent, i, pictures, place, policy, episode } of this.players) {
      const { scores, checkpoints: discs } = agent, { steps, total, ending } = episode;
      const episodes = Math.max(discs.at(-1).episodes, ...scores.map(({ after }) => after));
      const curve = { episodes, scores, discs, chosen: place, range: this.range };
      pictures.draw(episode, { action: (seen) => policy.act(seen) }, agent.colour, curve, !this.playing);
      show(`told-${i}`, `step ${steps}, return ${number(total)}${ending && ": "}${ending}`);
    }
    const endings = this.players.map(({ agent, episode }) => `${agent.name}: ${episode.ending}`);
    show("ended", this.over ? endings.join(", ") : "");
  }
}
