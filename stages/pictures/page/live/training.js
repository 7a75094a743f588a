// An episode: the environment, what happened so far, and how it ended.
class Episode {
  constructor(task, options, random) {
    Object.assign(this, { task, random, environment: make(task, options) });
    Object.assign(this, { steps: 0, total: 0, over: false, ending: "", action: null, push: 0 });
    this.environment.reset(random);
    this.path = [this.environment.observation]; // the last 100
  }

  get observation() {
    return this.path[this.path.length - 1];
  }

  // Returns the reward, and whether the environment terminated the episode.
  step(action, push = 0) {
    const [reward, terminated] = this.environment.step(action, this.random, push);
    Object.assign(this, { action, push });
    this.steps += 1;
    this.total += reward;
    this.path.push(this.environment.observation);
    if (this.path.length > 100) this.path.shift();
    this.over = terminated || this.steps === this.task.max_episode_steps;
    if (this.over) this.ending = terminated ? this.environment.ending : this.environment.late ?? "time is up";
    return [reward, terminated];
  }
}

// A training run, as the pipeline does it: episodes, rates that follow their schedule, and now and
// then validation episodes by the greedy policy.
class Training {
  // `agent` names the learner, `byHand` has the rates that do not follow their schedule.
  constructor(task, { agent, settings, margin }, seed, byHand = {}) {
    Object.assign(this, { task, settings, margin, seed, byHand, random: generator(seed) });
    const coding = new TileCoding({ ...settings, state_count: task.state_count });
    this.learner = new LEARNERS[agent](settings, coding, task.actions.length);
    Object.assign(this, { count: 0, steps: 0, done: false }); // episodes; steps with validation's
    Object.assign(this, { returns: [], scores: [] }); // of training episodes, of validations
    this.begin();
    this.course = this.train();
  }

  // An episode, at the rates for it.
  begin() {
    const { learner, settings } = this;
    Object.assign(learner, learner.schedule(this.count / settings.episodes), this.byHand);
    this.episode = new Episode(this.task, this.task.options, this.random);
  }

  // Yields true after a step of training, false after a step of validation.
  *train() {
    const { learner, settings: { episodes, checkpoint_every: every } } = this;
    while (this.count < episodes) {
      if (this.count > 0) this.begin();
      const { episode, random } = this;
      let s = learner.coding.find(episode.observation);
      while (!episode.over) {
        const a = learner.act(s, random), [r, terminated] = episode.step(a);
        const next = learner.coding.find(episode.observation);
        learner.learn(s, a, r, next, terminated);
        s = next;
        this.steps += 1;
        if (episode.over) this.returns.push(episode.total);
        yield true;
      }
      this.count += 1;
      if (this.count % every === 0 || this.count === episodes) yield* this.validate();
    }
    this.done = true;
  }

  // The same start states at each validation; its steps count, as in the pipeline.
  *validate() {
    const { task, learner, settings: { validation_episodes: n } } = this, random = generator(~this.seed);
    const totals = [];
    while (totals.length < n) {
      const episode = new Episode(task, task.options, random);
      while (!episode.over) {
        episode.step(learner.greedy(learner.coding.find(episode.observation)));
        this.steps += 1;
        yield false;
      }
      totals.push(episode.total);
    }
    const mean = totals.reduce((sum, one) => sum + one, 0) / n;
    const squares = totals.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    const error = n > 1 ? Math.sqrt(squares / (n - 1) / n) : Infinity; // one has no spread
    this.scores.push({ after: this.count, steps: this.steps, mean, error });
  }

  // Take so many steps of training, validation beside them, or as many as there is time for.
  run(steps, deadline = Infinity) {
    for (let i = 1; steps >= 1 && !this.done; i++) {
      if (this.course.next().value) steps -= 1;
      if (i % 64 === 0 && performance.now() > deadline) break;
    }
  }

  // The first score at the threshold; later ones significantly below it (one-sided t tests, 5% for
  // all of a run together); and the first score at the threshold after those.
  get solved() {
    const { scores, margin, task: { threshold } } = this;
    const reached = ({ mean }) => threshold !== null && mean >= threshold;
    const first = scores.find(reached);
    if (!first) return null;
    const falls = scores.filter(({ after, mean, error }) =>
      after > first.after && mean + margin * error < threshold);
    const stays = scores.find((score) => reached(score) && !falls.some(({ after }) => after > score.after));
    return { first, falls, stays };
  }
}
