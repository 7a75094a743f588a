// Q-learning (Sutton and Barto, section 6.5, equation 6.8), epsilon-greedy:
//
//     Q(s, a) <- Q(s, a) + alpha [r + gamma max_a' Q(s', a') - Q(s, a)]
class QLearning {
  static rates = { alpha: "learning rate α", epsilon: "exploration ε", gamma: "discount γ" };

  constructor(settings, coding, actions) {
    Object.assign(this, { settings, coding, actions });
    this.Q = new TileSum(coding, actions, settings.initial_value);
  }

  // The rates after a share of the training, 0 to 1: alpha and epsilon run linearly to their ends.
  schedule(progress) {
    const { learning_rate, final_learning_rate, epsilon, final_epsilon } = this.settings;
    const explored = Math.min(progress / this.settings.exploration_fraction, 1);
    return {
      alpha: learning_rate + (final_learning_rate - learning_rate) * progress,
      epsilon: epsilon + (final_epsilon - epsilon) * explored,
      gamma: this.settings.discount,
    };
  }

  act(s, random) {
    this.explores = random() < this.epsilon;
    return this.explores ? Math.floor(random() * this.actions) : this.greedy(s);
  }

  learn(s, a, r, next, terminated) {
    const { Q, alpha, gamma } = this;
    const before = Q.of(s, a), ahead = terminated ? 0 : Math.max(...Q.all(next));
    Q.add(s, a, alpha * (r + gamma * ahead - before));
    this.last = { s, a, r, before, ahead };
  }

  // Where all are equal, the first action.
  greedy(s) {
    return argmax(this.Q.all(s));
  }

  // What the map shows of a state: the greedy action if one is preferred, and the value.
  preferred(s) {
    return this.Q.preferred(s);
  }

  value(s) {
    return Math.max(...this.Q.all(s));
  }

  get rule() {
    return `Q(s, a) ← Q(s, a) + α [r + γ max Q(s′, ·) − Q(s, a)], from Q = ${number(this.settings.initial_value)}`;
  }

  // The last update in numbers.
  explain(names) {
    const { s, a, r, before, ahead } = this.last, Q = `Q(s, ${names[a]})`, digits = 4;
    const [old, next, after] = [before, ahead, this.Q.of(s, a)].map((value) => number(value, digits));
    return [
      `${names[a]}, ${this.explores ? "at random, to explore" : "greedily"}`,
      `${Q} ← ${old} + ${number(this.alpha)} [${number(r)} + ${number(this.gamma)} · ${next} − ${bracketed(before)}] = ${after}`,
    ];
  }
}
