// How each environment is drawn, with the last action and push of an episode; of a grid, too, the
// policy's action and value in each cell, either may be undefined.

function drawCartPole(pen, { environment, action, push }, { colour }) {
  const { state: [position, , angle], options } = environment;
  const METRE = 48, GROUND = 100, MIDDLE = WIDTH / 2, LONGEST = 1.7;
  const edges = [MIDDLE - POSITION_LIMIT * METRE, MIDDLE + POSITION_LIMIT * METRE];
  pen.line(edges.map((x) => [x, GROUND]), pen.soft);
  for (const x of edges) pen.line([[x, GROUND - 7], [x, GROUND + 7]], pen.soft);
  const x = MIDDLE + position * METRE, top = GROUND - 7, [sine, cosine] = sinCos(angle);
  pen.box(x - 14, top, x + 14, GROUND + 7, pen.ink);
  if (action !== null) pen.arrow([x, GROUND], [action === 1 ? 1 : -1, 0], pen.paper);
  if (push) {
    const along = Math.sign(push), tip = x - along * 20;
    pen.line([[tip - along * 22, GROUND], [tip - along * 3, GROUND]], GOLD, 4);
    pen.arrow([tip, GROUND], [along, 0], GOLD, 1.5);
  }
  const length = Math.min(2 * options.pole_half_length, LONGEST) * METRE;
  pen.line([[x, top], [x + sine * length, top - cosine * length]], colour, 5);
  pen.disc([x, top], 2, pen.ink);
}

function drawMountainCar(pen, { environment, action }, { colour }) {
  const [position] = environment.state;
  const SCALE = 140, STEEP = 34, BOTTOM = 120;
  const left = (WIDTH - (RIGHT_END - LEFT_END) * SCALE) / 2;
  const ground = (x) => [left + (x - LEFT_END) * SCALE, 68 - STEEP * sinCos(3 * x)[0]];
  const hills = Array.from({ length: 73 }, (_, i) => ground(LEFT_END + (1.8 * i) / 72));
  pen.polygon([[hills[0][0], BOTTOM], ...hills, [hills[72][0], BOTTOM]], pen.faint);
  pen.line(hills, pen.soft);
  const [x, y] = ground(GOAL), [carX, carY] = ground(position);
  pen.polygon([[x, y - 24], [x + 13, y - 19], [x, y - 14]], GOLD);
  pen.line([[x, y], [x, y - 24]], pen.ink);
  const rise = (STEEP * 3 * sinCos(3 * position)[1]) / SCALE, long = Math.hypot(1, rise);
  const along = [1 / long, -rise / long];
  const at = (forwards, upwards) => [
    carX + forwards * along[0] + upwards * along[1],
    carY + forwards * along[1] - upwards * along[0],
  ];
  pen.polygon([at(-12.5, 2.5), at(-12.5, 13.5), at(12.5, 13.5), at(12.5, 2.5)], colour);
  for (const wheel of [-9, 9]) pen.disc(at(wheel, 3.5), 2.8, pen.ink);
  if (action === 0 || action === 2) {
    pen.arrow(at(0, 9), along.map((part) => (action - 1) * part), pen.paper, 0.8);
  }
}

const LEADS = { up: [0, -1], right: [1, 0], down: [0, 1], left: [-1, 0] };
const gridHeight = ({ rows }) => Math.round(rows.length * cellSize(rows) + 8);
const cellSize = (rows) => Math.min(44, (WIDTH - 8) / rows[0].length, 200 / rows.length);

// The cells, in each the greedy action and the value, if there is one; and where the agent is.
function drawGrid(pen, { environment: { state, model: { rows } }, path, task }, { colour, cells }) {
  const size = cellSize(rows), columns = rows[0].length;
  const left = (WIDTH - size * columns) / 2;
  const at = (cell, x = 0.5, y = 0.5) =>
    [left + ((cell % columns) + x) * size, 4 + (Math.floor(cell / columns) + y) * size];
  const values = cells.map(([, value]) => value).filter((value) => value !== undefined);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  [...rows.join("")].forEach((letter, cell) => {
    const [action, value] = cells[cell], ends = { G: GOLD, H: "#6f8798", C: "#6f8798" }[letter];
    const share = high > low ? (value - low) / (high - low) : 0;
    pen.box(...at(cell, 0.02, 0.02), ...at(cell, 0.98, 0.98), ends ?? mixed("#eef4f8", "#7fb2d9", share));
    if (ends) return;
    const arrow = at(cell, 0.5, value === undefined ? 0.5 : 0.33);
    if (action !== undefined) pen.arrow(arrow, LEADS[task.actions[action]], INK, size / 34);
    if (value !== undefined) pen.text(at(cell, 0.5, 0.76), number(value, size > 24 ? 3 : 2), INK, "center", size > 24 ? 10 : 8.5);
  });
  path.forEach(([to], i) => {
    const [from] = path[Math.max(0, i - 1)], distance = Math.abs(from - to);
    if (distance === 1 || distance === columns) pen.line([at(from), at(to)], colour, 1.5);
  });
  pen.disc(at(state), 0.43 * size, "transparent", "#ffffff");
  pen.disc(at(state), 0.4 * size, "transparent", colour);
}

const SCENES = {
  cartpole: [() => 120, drawCartPole],
  mountain_car: [() => 122, drawMountainCar],
  frozen_lake: [gridHeight, drawGrid],
  cliff_walking: [gridHeight, drawGrid],
};
