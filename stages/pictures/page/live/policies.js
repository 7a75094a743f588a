// What agents learn: linear policies, networks, and sums over tiles. They add in the order of
// stages/rl/policies, to the same bits. `act` is the greedy action.

// Of the actions with the highest score the last; the first action has the score 0.
class Linear {
  constructor({ state_count: count, weights }, { observation_size: size, actions }) {
    const inputs = count || size;
    Object.assign(this, { count, inputs, weights, actions: actions.length });
    this.columns = weights.length / (actions.length - 1); // one more than inputs with a bias
  }

  act(observation) {
    const { count, inputs, columns, weights } = this;
    let action = 0, highest = 0;
    for (let a = 1; a < this.actions; a++) {
      const first = (a - 1) * columns;
      let score = 0;
      if (count) score += weights[first + observation[0]];
      else for (let i = 0; i < inputs; i++) score += weights[first + i] * observation[i];
      if (columns > inputs) score += weights[first + inputs];
      if (score >= highest) [action, highest] = [a, score];
    }
    return action;
  }
}

const argmax = (values) => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
};

// y = max(x W + b, 0) in each hidden layer, y = x W + b in the last one.
class Network {
  constructor({ state_count: count, widths, scale, weights }) {
    Object.assign(this, { count, scale, weights });
    this.layers = widths.map((width) => new Float64Array(width));
  }

  act(observation) {
    const { count, scale, weights, layers } = this, inputs = layers[0];
    if (count) inputs.fill(0)[observation[0]] = 1;
    else for (let i = 0; i < inputs.length; i++) inputs[i] = scale[i] * observation[i];
    let first = 0; // of a layer's weights, a row for each input, then its biases
    for (let layer = 1; layer < layers.length; layer++) {
      const x = layers[layer - 1], y = layers[layer], last = layer === layers.length - 1;
      const biases = first + x.length * y.length;
      for (let j = 0; j < y.length; j++) {
        let sum = weights[biases + j];
        for (let i = 0; i < x.length; i++) sum += x[i] * weights[first + i * y.length + j];
        y[j] = last ? sum : Math.max(sum, 0);
      }
      first = biases + y.length;
    }
    return argmax(layers[layers.length - 1]);
  }
}

// Tile coding (Sutton and Barto, section 9.5.4): several grids over the observations, each shifted.
// One grid is a plain table; a numbered state is a tile itself.
class TileCoding {
  constructor({ state_count: count, bins = [], low, high, tilings = 1 }) {
    Object.assign(this, { count, tilings: count ? 1 : tilings });
    this.first = Int32Array.from({ length: tilings }, (_, k) => k);
    this.cut = count ? [] : bins
      .map((bin, i) => ({
        variable: i,
        low: low[i],
        high: high[i],
        density: bin / (high[i] - low[i]),
        intervals: bin + (tilings > 1 ? 1 : 0),
        shifts: Array.from({ length: tilings }, (_, k) => (((2 * i + 1) * k) % tilings) / tilings),
      }))
      .filter((one) => one.intervals > 1);
    this.tiles = count || this.cut.reduce((product, one) => product * one.intervals, tilings);
  }

  // The tile of each grid in which an observation lies.
  find(observation) {
    if (this.count) return Int32Array.of(observation[0]);
    const tiles = Int32Array.from(this.first);
    for (const { variable, low, high, density, intervals, shifts } of this.cut) {
      const place = (clipped(observation[variable], low, high) - low) * density;
      for (let k = 0; k < tiles.length; k++) {
        tiles[k] = tiles[k] * intervals + Math.min(Math.trunc(place + shifts[k]), intervals - 1);
      }
    }
    return tiles;
  }
}

// A function of state and action (Q or theta), or with one column of the state alone (v): the sum
// of one weight from each tile in `s`, the tiles of a state.
class TileSum {
  constructor(coding, columns, initial = 0) {
    this.weights = new Float64Array(coding.tiles * columns).fill(initial / coding.tilings);
    this.columns = columns;
    this.values = new Float64Array(columns);
  }

  of(s, a = 0) {
    let sum = 0;
    for (let k = 0; k < s.length; k++) sum += this.weights[s[k] * this.columns + a];
    return sum;
  }

  // Of all actions; overwritten by the next call.
  all(s) {
    for (let a = 0; a < this.columns; a++) this.values[a] = this.of(s, a);
    return this.values;
  }

  // The best action; undefined if all are alike.
  preferred(s) {
    const values = this.all(s);
    return values.every((value) => value === values[0]) ? undefined : argmax(values);
  }

  add(s, a, change) {
    for (let k = 0; k < s.length; k++) this.weights[s[k] * this.columns + a] += change / s.length;
  }
}

class Tiles {
  constructor(data, { actions }) {
    this.coding = new TileCoding(data);
    this.sum = new TileSum(this.coding, actions.length);
    this.sum.weights = data.weights;
  }

  act(observation) {
    return argmax(this.sum.all(this.coding.find(observation)));
  }
}

const POLICIES = { linear: Linear, network: Network, table: Tiles };
const policyOf = (task, { kind, policy }, { weights }) =>
  new POLICIES[kind]({ ...policy, weights: decoded(weights) }, task);
