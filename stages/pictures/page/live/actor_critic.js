// One-step actor-critic (Sutton and Barto, section 13.5, without the factor gamma^t). The critic v
// says how much better an action was than expected; the actor's preferences theta follow:
//
//     delta       =  r + gamma v(s') - v(s)
//     v(s)        <- v(s) + alpha_v delta
//     theta(s, b) <- theta(s, b) + alpha_theta delta (1[b = a] - pi(b | s)),  for every action b
//     pi(b | s)   =  exp theta(s, b) / sum_c exp theta(s, c)
class ActorCritic {
  static rates = { actorRate: "actor's rate αθ", criticRate: "critic's rate αv", gamma: "discount γ" };

  constructor(settings, coding, actions) {
    Object.assign(this, { settings, coding, actions });
    this.theta = new TileSum(coding, actions);
    this.v = new TileSum(coding, 1, settings.initial_value);
    this.pi = new Float64Array(actions); // of the last action's state
  }

  // The rates after a share of the training, 0 to 1: both fall linearly to 0.
  schedule(progress) {
    return {
      actorRate: this.settings.actor_rate * (1 - progress),
      criticRate: this.settings.critic_rate * (1 - progress),
      gamma: this.settings.discount,
    };
  }

  act(s, random) {
    const theta = this.theta.all(s), highest = Math.max(...theta);
    let total = 0;
    for (let b = 0; b < this.actions; b++) total += this.pi[b] = Math.exp(theta[b] - highest);
    for (let b = 0; b < this.actions; b++) this.pi[b] /= total;
    let a = 0, drawn = random();
    while (a < this.actions - 1 && (drawn -= this.pi[a]) >= 0) a++;
    return a;
  }

  learn(s, a, r, next, terminated) {
    const { v, theta, pi, gamma } = this;
    const before = v.of(s), ahead = terminated ? 0 : v.of(next), preference = theta.of(s, a);
    const delta = r + gamma * ahead - before;
    v.add(s, 0, this.criticRate * delta);
    for (let b = 0; b < this.actions; b++) {
      theta.add(s, b, this.actorRate * delta * ((b === a ? 1 : 0) - pi[b]));
    }
    this.last = { s, a, r, before, ahead, delta, preference };
  }

  greedy(s) {
    return argmax(this.theta.all(s));
  }

  // What the map shows of a state: the greedy action if one is preferred, and the critic's value.
  preferred(s) {
    return this.theta.preferred(s);
  }

  value(s) {
    return this.v.of(s);
  }

  get rule() {
    return `δ = r + γ v(s′) − v(s), from v = ${number(this.settings.initial_value)}; v(s) ← v(s) + αv δ\n`
      + "θ(s, a) ← θ(s, a) + αθ δ (1 − π(a|s)); π = softmax θ";
  }

  // The last update in numbers.
  explain(names) {
    const { s, a, r, before, ahead, delta, preference } = this.last, digits = 4;
    const [old, next, error] = [before, ahead, delta].map((value) => number(value, digits));
    const share = number(this.pi[a]);
    return [
      `${names[a]}, drawn with probability ${share}`,
      `δ = ${number(r)} + ${number(this.gamma)} · ${next} − ${bracketed(before)} = ${error}`,
      `v(s) ← ${old} + ${number(this.criticRate)} δ = ${number(this.v.of(s), digits)}`,
      `θ(s, ${names[a]}) ← ${number(preference)} + ${number(this.actorRate)} δ (1 − ${share}) = ${number(this.theta.of(s, a))}`,
    ];
  }
}

const LEARNERS = { q_learning: QLearning, actor_critic: ActorCritic };
