// The policies of each kind: from their numbers, a function of what is seen that chooses an
// action. They add in the order of stages/rl/policies, to the same bits.
//
// Where states are numbered, `state_count` is how many there are; else 0.
"use strict";
live.policies = {};
{
  // Of the actions with the highest score the last; the first action has the score 0.
  live.policies.linear = (weights, { state_count: count }, variables, actions) => {
    const inputs = count || variables, columns = weights.length / (actions - 1);
    return (seen) => {
      let action = 0, highest = 0;
      for (let a = 0; a < actions - 1; a++) {
        const first = a * columns;
        let score = 0;
        if (count) score += weights[first + seen[0]];
        else for (let i = 0; i < inputs; i++) score += weights[first + i] * seen[i];
        if (columns > inputs) score += weights[first + inputs];
        if (score >= highest) [action, highest] = [a + 1, score];
      }
      return action;
    };
  };

  const first = (values) => {
    let best = 0;
    for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
    return best;
  };

  // Of each layer a row of weights from each input, then the biases.
  live.policies.network = (parameters, { state_count: count, widths, scale }) => {
    const layers = widths.map((width) => new Float64Array(width));
    return (seen) => {
      const inputs = layers[0];
      if (count) inputs.fill(0)[seen[0]] = 1;
      else for (let i = 0; i < inputs.length; i++) inputs[i] = scale[i] * seen[i];
      let weights = 0;
      for (let layer = 1; layer < layers.length; layer++) {
        const x = layers[layer - 1], y = layers[layer], last = layer === layers.length - 1;
        const biases = weights + x.length * y.length;
        for (let j = 0; j < y.length; j++) {
          let sum = parameters[biases + j];
          for (let i = 0; i < x.length; i++) sum += x[i] * parameters[weights + i * y.length + j];
          y[j] = last ? sum : Math.max(sum, 0);
        }
        weights = biases + y.length;
      }
      return first(layers[layers.length - 1]);
    };
  };

  // A sum of one row of weights from each tiling.
  live.policies.table = (weights, { state_count: count, bins, low, high, tilings }, variables, actions) => {
    const values = new Float64Array(actions);
    if (count) {
      return (seen) => first(weights.subarray(seen[0] * actions, (seen[0] + 1) * actions));
    }
    const cut = bins
      .map((count, i) => ({
        variable: i,
        low: low[i],
        high: high[i],
        density: count / (high[i] - low[i]),
        intervals: count + (tilings > 1 ? 1 : 0),
        shifts: Array.from({ length: tilings }, (_, k) => (((2 * i + 1) * k) % tilings) / tilings),
      }))
      .filter((one) => one.intervals > 1);
    return (seen) => {
      values.fill(0);
      for (let k = 0; k < tilings; k++) {
        let tile = k;
        for (const one of cut) {
          const at = Math.min(Math.max(seen[one.variable], one.low), one.high);
          const place = Math.trunc((at - one.low) * one.density + one.shifts[k]);
          tile = tile * one.intervals + Math.min(place, one.intervals - 1);
        }
        for (let a = 0; a < actions; a++) values[a] += weights[tile * actions + a];
      }
      return first(values);
    };
  };

  // A policy of an agent, as it stands on the page.
  live.policyOf = ({ variables, actions }, { kind, size, held }, packed) =>
    live.policies[kind](live.unpacked({ size, ...packed }), held, variables, actions.length);

  // About how many multiplications an action takes.
  live.cost = (kind, held, variables, actions) => {
    const { widths } = held;
    if (kind === "network") return widths.reduce((sum, w, i) => sum + w * (widths[i - 1] ?? 0), 0);
    return kind === "table" ? held.tilings * (4 * variables + actions) : variables * actions;
  };
}
