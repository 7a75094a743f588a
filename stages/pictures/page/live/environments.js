// The environments, in the arithmetic of the judge: Gymnasium's equations, in its order of
// operations, with this project's sines. So recorded episodes come out again, bit for bit.
//
//   ranges    of the variables seen: as far as the map goes
//   pace      milliseconds of a step
//   idle      the action of who presses nothing; none where there is none
//   world     made of the options, whatever `step` needs to know
//   start     a state, by chance
//   observe   what an agent sees of a state, as float32
//   step      the next state, the reward, and whether that is the end
//   ending    how it ended, in words, and `late`, where the limit ended it: as in the animations
"use strict";
live.environments = {};
{
  const { sinCos, sinCosNearZero } = live;
  const between = (low, high, chance) => low + (high - low) * chance();
  const clipped = (x, low, high) => Math.min(Math.max(x, low), high);
  const squared = (x) => x * x;

  const POSITION_LIMIT = 2.4, ANGLE_LIMIT = (12 * 2 * Math.PI) / 360;

  live.environments.cartpole = {
    ranges: [[-POSITION_LIMIT, POSITION_LIMIT], [-3, 3], [-ANGLE_LIMIT, ANGLE_LIMIT], [-3, 3]],
    pushes: true, // by hand beside the agent's: else a key replaces its action
    pace: (options) => 1000 * options.time_step,
    world: (options) => options,
    start: (_, chance) => Array.from({ length: 4 }, () => between(-0.05, 0.05, chance)),
    observe: (_, state) => Float32Array.from(state),

    step(options, [x, xDot, theta, thetaDot], action, chance, push = 0) {
      const { gravity, time_step: tau, pole_mass: pole, pole_half_length: length } = options;
      const total = options.cart_mass + pole, moment = pole * length;
      const force = (action === 1 ? options.force : -options.force) + push;
      const [sine, cosine] = sinCosNearZero(theta);
      const pushed = (force + moment * squared(thetaDot) * sine) / total;
      const thetaAcceleration = (gravity * sine - cosine * pushed)
        / (length * (4 / 3 - (pole * squared(cosine)) / total));
      const xAcceleration = pushed - (moment * thetaAcceleration * cosine) / total;
      const state = [
        x + tau * xDot,
        xDot + tau * xAcceleration,
        theta + tau * thetaDot,
        thetaDot + tau * thetaAcceleration,
      ];
      const ended = Math.abs(state[0]) > POSITION_LIMIT || Math.abs(state[2]) > ANGLE_LIMIT;
      return [state, 1, ended];
    },

    ending: ([x]) => (Math.abs(x) > POSITION_LIMIT ? "left the track" : "fell"),
    late: "balanced to the end",
  };

  const LEFT_END = -1.2, GOAL = 0.5, RIGHT_END = 0.6, MAX_SPEED = 0.07;

  live.environments.mountain_car = {
    ranges: [[LEFT_END, RIGHT_END], [-MAX_SPEED, MAX_SPEED]],
    idle: 1,
    pace: () => 30,
    world: (options) => options,
    start: (_, chance) => [between(-0.6, -0.4, chance), 0],
    observe: (_, state) => Float32Array.from(state),

    step(options, [position, velocity], action) {
      const [, slope] = sinCos(3 * position);
      velocity += (action - 1) * options.force + slope * -options.gravity;
      velocity = clipped(velocity, -MAX_SPEED, MAX_SPEED);
      position = clipped(position + velocity, LEFT_END, RIGHT_END);
      if (position === LEFT_END && velocity < 0) velocity = 0;
      return [[position, velocity], -1, position >= GOAL && velocity >= options.goal_velocity];
    },

    ending: () => "on top",
    late: "not in time",
  };

  const TIME_STEP = 0.2, MAX_VELOCITY = [4 * Math.PI, 9 * Math.PI], GRAVITY = 9.8;

  // How fast each variable of Acrobot's state changes.
  const slope = (options, [theta1, theta2, dot1, dot2], torque) => {
    const { upper_mass: m1, lower_mass: m2, upper_length: l1, inertia } = options;
    const { upper_centre: lc1, lower_centre: lc2 } = options;
    const [sine2, cosine2] = sinCos(theta2);
    const d1 = m1 * squared(lc1)
      + m2 * (squared(l1) + squared(lc2) + 2 * l1 * lc2 * cosine2) + inertia + inertia;
    const d2 = m2 * (squared(lc2) + l1 * lc2 * cosine2) + inertia;
    const phi2 = m2 * lc2 * GRAVITY * sinCos(theta1 + theta2 - Math.PI / 2)[1];
    const phi1 = -m2 * l1 * lc2 * squared(dot2) * sine2
      - 2 * m2 * l1 * lc2 * dot2 * dot1 * sine2
      + (m1 * lc1 + m2 * l1) * GRAVITY * sinCos(theta1 - Math.PI / 2)[1] + phi2;
    const acceleration2 = (torque + (d2 / d1) * phi1
      - m2 * l1 * lc2 * squared(dot1) * sine2 - phi2)
      / (m2 * squared(lc2) + inertia - squared(d2) / d1);
    return [dot1, dot2, -(d2 * acceleration2 + phi1) / d1, acceleration2];
  };

  const moved = (state, along, time) => state.map((value, i) => value + time * along[i]);

  const wrapped = (angle) => {
    while (angle > Math.PI) angle -= 2 * Math.PI;
    while (angle < -Math.PI) angle += 2 * Math.PI;
    return angle;
  };

  live.environments.acrobot = {
    ranges: [[-1, 1], [-1, 1], [-1, 1], [-1, 1], ...MAX_VELOCITY.map((most) => [-most, most])],
    idle: 1,
    rest: [1, 0, 1, 0, 0, 0], // what is seen where both links hang: that of angles is not 0
    pace: () => 40,
    world: (options) => options,
    start: (_, chance) =>
      Array.from({ length: 4 }, () => Math.fround(between(-0.1, 0.1, chance))),

    observe(_, [theta1, theta2, dot1, dot2]) {
      const [sine1, cosine1] = sinCos(theta1), [sine2, cosine2] = sinCos(theta2);
      return Float32Array.of(cosine1, sine1, cosine2, sine2, dot1, dot2);
    },

    step(options, state, action) {
      const torque = action - 1;
      const first = slope(options, state, torque);
      const second = slope(options, moved(state, first, TIME_STEP / 2), torque);
      const third = slope(options, moved(state, second, TIME_STEP / 2), torque);
      const fourth = slope(options, moved(state, third, TIME_STEP), torque);
      const sum = first.map((k, i) => k + 2 * second[i] + 2 * third[i] + fourth[i]);
      const [theta1, theta2, dot1, dot2] = moved(state, sum, TIME_STEP / 6);
      const next = [
        wrapped(theta1),
        wrapped(theta2),
        clipped(dot1, -MAX_VELOCITY[0], MAX_VELOCITY[0]),
        clipped(dot2, -MAX_VELOCITY[1], MAX_VELOCITY[1]),
      ];
      const ended = -sinCos(next[0])[1] - sinCos(next[1] + next[0])[1] > 1;
      return [next, ended ? 0 : -1, ended];
    },

    ending: () => "swung up",
    late: "not in time",
  };

  // Worlds of cells. Their model says where each action leads where nothing slips; where it does,
  // an action leads now and then where one of its two sides would.
  const grid = {
    pace: () => 300,
    world: (options, model) => ({ ...model, success: options.success ?? 1 }),
    start: (world, chance) => {
      const drawn = chance();
      return [Math.max(0, world.starts.findIndex((sum) => drawn < sum))];
    },
    observe: (_, state) => Float32Array.from(state),

    // What may follow: probability, next state, reward, and whether that is the end.
    outcomes(world, state, action) {
      const { following, rewards, terminated, sides, success, blocked } = world;
      const led = (p, way) =>
        [p, following[state][way], rewards[state][way], terminated[state][way]];
      const held = blocked && following[state][action] === state;
      if (success === 1 || !sides?.[action] || held) return [led(1, action)];
      const [one, other] = sides[action], fails = (1 - success) / 2;
      return [led(success, action), led(fails, one), led(fails, other)];
    },

    step(world, [state], action, chance) {
      let drawn = chance();
      const all = grid.outcomes(world, state, action);
      const found = all.find(([p]) => (drawn -= p) < 0) ?? all[0];
      return [[found[1]], found[2], found[3]];
    },

    ending: (_, reward) => (reward === 0 ? "in a hole" : "goal"),
    late: "not in time",
  };
  for (const name of ["frozen_lake", "cliff_walking"]) live.environments[name] = grid;
  live.environments.taxi = { ...grid, ending: () => "brought home" };
}
