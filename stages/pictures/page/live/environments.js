// The environments, with the methods of Gymnasium: `reset` and `step`.
//
// Gymnasium's equations, in its order of operations: recorded episodes are replayed bit for bit.
// `observation` is what an agent sees, as float32; `ranges` are those of the map; `pace` is the
// milliseconds of a step; `ending` says how an episode terminated, and `late` how
// one that did not.

const POSITION_LIMIT = 2.4, ANGLE_LIMIT = (12 * 2 * Math.PI) / 360;

class CartPole {
  static ranges = [[-POSITION_LIMIT, POSITION_LIMIT], [-3, 3], [-ANGLE_LIMIT, ANGLE_LIMIT], [-3, 3]];
  static pushes = true; // the hand adds a force; elsewhere it replaces the agent's action
  late = "balanced to the end";

  constructor(options) {
    this.options = options;
  }

  get pace() {
    return 1000 * this.options.time_step;
  }

  get observation() {
    return Float32Array.from(this.state);
  }

  reset(random) {
    this.state = Array.from({ length: 4 }, () => between(-0.05, 0.05, random));
  }

  // Returns the reward, and whether the episode terminates.
  step(action, random, push = 0) {
    const { gravity, time_step: tau, pole_mass: pole, pole_half_length: length } = this.options;
    const [x, xDot, theta, thetaDot] = this.state;
    const total = this.options.cart_mass + pole, moment = pole * length;
    const force = (action === 1 ? this.options.force : -this.options.force) + push;
    const [sine, cosine] = sinCosNearZero(theta);
    const pushed = (force + moment * (thetaDot * thetaDot) * sine) / total;
    const thetaAcceleration = (gravity * sine - cosine * pushed)
      / (length * (4 / 3 - (pole * (cosine * cosine)) / total));
    const xAcceleration = pushed - (moment * thetaAcceleration * cosine) / total;
    this.state = [
      x + tau * xDot,
      xDot + tau * xAcceleration,
      theta + tau * thetaDot,
      thetaDot + tau * thetaAcceleration,
    ];
    const [position, , angle] = this.state;
    return [1, Math.abs(position) > POSITION_LIMIT || Math.abs(angle) > ANGLE_LIMIT];
  }

  get ending() {
    return Math.abs(this.state[0]) > POSITION_LIMIT ? "left the track" : "fell";
  }
}

const LEFT_END = -1.2, GOAL = 0.5, RIGHT_END = 0.6, MAX_SPEED = 0.07;

class MountainCar {
  static ranges = [[LEFT_END, RIGHT_END], [-MAX_SPEED, MAX_SPEED]];
  pace = 30;
  ending = "on top";

  constructor(options) {
    this.options = options;
  }

  get observation() {
    return Float32Array.from(this.state);
  }

  reset(random) {
    this.state = [between(-0.6, -0.4, random), 0];
  }

  step(action) {
    const { force, gravity, goal_velocity: least } = this.options;
    let [position, velocity] = this.state;
    const [, slope] = sinCos(3 * position);
    velocity += (action - 1) * force + slope * -gravity;
    velocity = clipped(velocity, -MAX_SPEED, MAX_SPEED);
    position = clipped(position + velocity, LEFT_END, RIGHT_END);
    if (position === LEFT_END && velocity < 0) velocity = 0;
    this.state = [position, velocity];
    return [-1, position >= GOAL && velocity >= least];
  }
}

// FrozenLake and CliffWalking play a table: where each action leads if nothing slips. With
// probability 1 - success_rate, an action leads where one of its two neighbours would.
class Grid {
  pace = 300;

  constructor(options, model) {
    Object.assign(this, { options, model });
  }

  get observation() {
    return Float32Array.of(this.state);
  }

  reset(random) {
    const drawn = random();
    this.state = Math.max(0, this.model.starts.findIndex((sum) => drawn < sum));
  }

  // Each outcome of an action: probability, next state, reward, termination.
  outcomes(state, action) {
    const { following, rewards, terminated } = this.model, { success_rate: success } = this.options;
    const outcome = (probability, a) =>
      [probability, following[state][a], rewards[state][a], terminated[state][a]];
    if (success === 1) return [outcome(1, action)];
    const slips = (1 - success) / 2;
    return [outcome(success, action), ...[3, 1].map((turn) => outcome(slips, (action + turn) % 4))];
  }

  step(action, random) {
    let drawn = random();
    const outcomes = this.outcomes(this.state, action);
    const [, next, reward, terminated] = outcomes.find(([p]) => (drawn -= p) < 0) ?? outcomes[0];
    this.state = next;
    return [reward, terminated];
  }

  get ending() {
    const { rows } = this.model, columns = rows[0].length;
    return rows[Math.floor(this.state / columns)][this.state % columns] === "G" ? "goal" : "in a hole";
  }
}

const ENVIRONMENTS = {
  cartpole: CartPole, mountain_car: MountainCar, frozen_lake: Grid, cliff_walking: Grid,
};
const make = (task, options = task.options) =>
  new ENVIRONMENTS[task.environment](options, task.model);
