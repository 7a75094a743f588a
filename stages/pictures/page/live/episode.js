// Episodes as they are played: by the agent, with a hand in it, or by you against the agent.
"use strict";
{
  const PATH = 500; // states of an episode that are drawn at most

  // One episode; all its chance comes from its seed, step by step, whatever is done in it.
  live.Episode = class {
    constructor(environment, world, limit, seed) {
      Object.assign(this, { environment, limit, steps: 0, total: 0, over: false, ending: "" });
      this.chance = live.chance(seed);
      this.draw = live.chance(~seed); // what disturbs the agent is drawn apart
      this.state = environment.start(world, this.chance);
      this.path = [environment.observe(world, this.state)];
      this.action = null; // the next one
      this.push = 0; // of the last step
    }

    get seen() {
      return this.path[this.path.length - 1];
    }

    step(world, action, push) {
      const [state, reward, ended] = this.environment.step(
        world, this.state, action, this.chance, push);
      this.state = state;
      this.push = push ?? 0;
      this.total += reward;
      this.steps += 1;
      this.path.push(this.environment.observe(world, state));
      if (this.path.length > PATH) this.path.shift();
      this.over = ended || this.steps >= this.limit;
      if (this.over) this.action = null;
      if (ended) this.ending = this.environment.ending(state, reward);
      else if (this.over) this.ending = this.environment.late;
    }

    // What is seen through uniform noise with these standard deviations.
    noisy(deviations) {
      const reach = Math.sqrt(3);
      return this.seen.map((value, i) => value + (2 * this.draw() - 1) * reach * deviations[i]);
    }
  };

  // The agent's episode, and yours beside it where you play against it.
  live.Game = class {
    constructor(data) {
      this.data = data;
      this.environment = live.environments[data.environment];
      this.trained = Object.fromEntries(data.sliders.map(({ key, trained }) => [key, trained]));
      Object.assign(this, { seed: 1, against: false, held: null, tapped: null, due: 0 });
      Object.assign(this, { noise: 0, randomly: 0 }); // of variables' spreads; share of actions
      this.act = null;
      this.change(this.trained);
    }

    get over() {
      return this.agent.over && (!this.against || this.you.over);
    }

    // Change the world, also under who is in it.
    change(options) {
      this.options = options;
      this.world = this.environment.world(options, this.data.model);
    }

    adopt(act) {
      this.act = act;
      if (this.agent) this.think();
    }

    // Begin again, both from the same start.
    restart(seed = this.seed) {
      this.seed = seed;
      const begin = () =>
        new live.Episode(this.environment, this.world, this.data.limit, this.seed);
      [this.agent, this.you] = [begin(), begin()];
      [this.tapped, this.due] = [null, 0];
      this.think();
    }

    think() {
      const { agent, noise, randomly } = this, { spread, actions } = this.data;
      if (agent.over) return;
      const seen = noise > 0 ? agent.noisy(spread.map((one) => noise * one)) : agent.seen;
      agent.action = this.act(seen);
      if (randomly > 0 && agent.draw() < randomly) {
        agent.action = Math.floor(agent.draw() * actions.length);
      }
    }

    step() {
      const { environment, agent, you, world } = this;
      const pressed = this.held ?? this.tapped;
      this.tapped = null;
      let { action } = agent, push = 0;
      if (pressed !== null && !this.against) {
        if (environment.pushes) push = pressed === 1 ? this.options.force : -this.options.force;
        else action = pressed;
      }
      if (!agent.over) agent.step(world, action, push);
      this.think();
      if (this.against && !you.over) {
        you.action = pressed ?? environment.idle ?? you.steps % 2;
        you.step(world, you.action);
      }
    }

    // Take the steps that are due after some milliseconds, a few at most; tell whether any was.
    advance(passed) {
      const pace = this.environment.pace(this.options);
      this.due = Math.min(this.due + passed, 8 * pace);
      let steps = 0;
      for (; this.due >= pace && !this.over; steps++) {
        this.due -= pace;
        this.step();
      }
      return steps > 0;
    }
  };
}
