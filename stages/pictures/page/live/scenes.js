// How environments are drawn.
//
// A scene has a height, and draws what is to be seen: state, next action, push, options, colour.
"use strict";
live.scenes = {};
{
  const { sinCos, WIDTH, GOLD, ICE, PIT, INK } = live;
  const MIDDLE = WIDTH / 2;

  live.scenes.cartpole = () => ({
    height: 120,
    draw(pen, { state: [position, , angle], action, push, options, colour }) {
      const METRE = 48, GROUND = 100, EDGE = 2.4 * METRE, LONGEST = 1.7;
      pen.line([[MIDDLE - EDGE, GROUND], [MIDDLE + EDGE, GROUND]], pen.soft);
      for (const side of [MIDDLE - EDGE, MIDDLE + EDGE]) {
        pen.line([[side, GROUND - 7], [side, GROUND + 7]], pen.soft);
      }
      const x = MIDDLE + position * METRE, top = GROUND - 7, [sine, cosine] = sinCos(angle);
      pen.box(x - 14, top, x + 14, GROUND + 7, pen.ink);
      if (action !== null) pen.arrow([x, GROUND], [action === 1 ? 1 : -1, 0], pen.paper);
      const along = Math.sign(push);
      if (push) {
        const from = x - along * 42, to = x - along * 24;
        pen.line([[from, GROUND], [to, GROUND]], GOLD, 4);
        pen.arrow([to, GROUND], [along, 0], GOLD, 1.4);
      }
      const length = Math.min(2 * options.pole_half_length, LONGEST);
      pen.bar([x, top], [sine, -cosine], length * METRE, 5, colour);
      pen.disc([x, top], 2.5, pen.ink);
    },
  });

  live.scenes.mountain_car = () => ({
    height: 122,
    draw(pen, { state: [position], action, colour }) {
      const SCALE = 140, LOW = -1.2, HIGH = 0.6, STEEP = 34, BOTTOM = 120;
      const left = (WIDTH - (HIGH - LOW) * SCALE) / 2;
      const ground = (at) => [left + (at - LOW) * SCALE, 68 - STEEP * sinCos(3 * at)[0]];
      const hills = Array.from({ length: 73 }, (_, i) => ground(LOW + ((HIGH - LOW) * i) / 72));
      pen.polygon([[hills[0][0], BOTTOM], ...hills, [hills[72][0], BOTTOM]], pen.faint);
      pen.line(hills, pen.soft);
      const [x, y] = ground(0.5);
      pen.polygon([[x, y - 24], [x + 13, y - 19], [x, y - 14]], GOLD);
      pen.line([[x, y], [x, y - 24]], pen.ink);
      const rise = (STEEP * 3 * sinCos(3 * position)[1]) / SCALE, long = Math.hypot(1, rise);
      const along = [1 / long, -rise / long], [carX, carY] = ground(position);
      const seen = (forwards, upwards) => [
        carX + forwards * along[0] + upwards * along[1],
        carY + forwards * along[1] - upwards * along[0],
      ];
      const corners = [[-12.5, 2.5], [-12.5, 13.5], [12.5, 13.5], [12.5, 2.5]];
      pen.polygon(corners.map(([f, u]) => seen(f, u)), colour);
      for (const wheel of [-9, 9]) pen.disc(seen(wheel, 3.5), 3.5, pen.ink);
      if (action === 0 || action === 2) {
        pen.arrow(seen(0, 8), along.map((part) => (action - 1) * part), pen.paper, 0.8);
      }
    },
  });

  live.scenes.acrobot = () => ({
    height: 156,
    draw(pen, { state: [theta1, theta2], action, colour }) {
      const LINK = 34, THICK = 7, JOINT = [MIDDLE, 78], TURN = 13;
      const goal = JOINT[1] - LINK;
      for (let x = 12; x < WIDTH - 12; x += 8) pen.line([[x, goal], [x + 4, goal]], pen.soft);
      const elbow = pen.bar(JOINT, sinCos(theta1), LINK, THICK, pen.ink);
      const tip = pen.bar(elbow, sinCos(theta1 + theta2), LINK, THICK, colour);
      pen.disc(tip, THICK / 2, colour);
      pen.disc(elbow, THICK / 2, pen.ink);
      pen.box(JOINT[0] - 5, JOINT[1] - 5, JOINT[0] + 5, JOINT[1] + 5, pen.ink);
      if (action === 0 || action === 2) {
        const side = action === 2 ? -1 : 1;
        const arc = Array.from({ length: 13 }, (_, i) => sinCos((i * Math.PI) / 12))
          .map(([sine, cosine]) => [elbow[0] + side * TURN * sine, elbow[1] - TURN * cosine]);
        pen.line(arc, pen.soft, 2);
        pen.arrow(arc[12], [-side, 0], pen.soft, 0.9);
      }
    },
  });

  // Where the actions of this name lead, to the right and downwards.
  const leads = { up: [0, -1], right: [1, 0], down: [0, 1], left: [-1, 0] };
  Object.assign(leads, { north: leads.up, east: leads.right, south: leads.down, west: leads.left });
  live.leads = leads;

  // Where the cells of a world are, and what all its pictures show.
  live.Cells = class {
    constructor({ rows, walls }) {
      this.rows = rows.map((row) => [...row]);
      this.walls = walls;
      this.columns = this.rows[0].length;
      this.cell = Math.min(40, (WIDTH - 8) / this.columns, 190 / rows.length);
      this.left = (WIDTH - this.cell * this.columns) / 2;
      this.height = Math.round(this.cell * rows.length + 8);
      this.isTaxi = walls.length > 0;
    }

    at([row, column], x = 0.5, y = 0.5) {
      return [this.left + (column + x) * this.cell, 4 + (row + y) * this.cell];
    }

    // The cell that a number stands for; in Taxi it holds passenger and destination, too.
    place(number) {
      const cell = this.isTaxi ? Math.floor(number / 20) : number;
      return [Math.floor(cell / this.columns), cell % this.columns];
    }

    draw(pen, fill) {
      const gap = Math.min(0.5 / this.cell, 0.05);
      this.rows.forEach((letters, row) => letters.forEach((letter, column) => {
        const low = this.at([row, column], gap, gap);
        pen.box(...low, ...this.at([row, column], 1 - gap, 1 - gap), fill(letter, row, column));
      }));
      for (const wall of this.walls) {
        pen.line([this.at(wall, 0, 0), this.at(wall, 0, 1)], pen.ink, 2);
      }
    }

    letter(pen, wanted) {
      if (this.cell < 12) return;
      this.rows.forEach((letters, row) => letters.forEach((letter, column) => {
        if (wanted.includes(letter)) pen.text(this.at([row, column]), letter, INK);
      }));
    }
  };

  const PLACES = "RGYB", IN_TAXI = 4;

  const grid = (data) => {
    const cells = new live.Cells(data.model);
    return {
      height: cells.height,
      draw(pen, { state: [number], action, colour, path }) {
        const goal = cells.isTaxi ? PLACES[number % 4] : "G";
        const ice = data.environment === "frozen_lake";
        cells.draw(pen, (letter) => {
          if (letter === goal) return GOLD;
          if ("HC".includes(letter)) return PIT;
          return ice ? ICE : cells.isTaxi && PLACES.includes(letter) ? "#c8c8c8" : pen.faint;
        });
        const places = path.map(([seen]) => cells.place(seen));
        places.forEach((to, i) => {
          const from = places[Math.max(0, i - 1)];
          const far = Math.abs(from[0] - to[0]) + Math.abs(from[1] - to[1]);
          if (far === 1) pen.line([cells.at(from), cells.at(to)], live.pale(colour), 2);
        });
        cells.letter(pen, cells.isTaxi ? PLACES : "SG");
        const at = cells.at(cells.place(number)), passenger = Math.floor(number / 4) % 5;
        pen.disc(at, 0.36 * cells.cell, colour);
        if (cells.isTaxi && passenger === IN_TAXI) pen.ring(at, 0.36 * cells.cell, pen.ink, 2);
        if (cells.isTaxi && passenger !== IN_TAXI) {
          const row = cells.rows.findIndex((letters) => letters.includes(PLACES[passenger]));
          const where = [row, cells.rows[row].indexOf(PLACES[passenger])];
          pen.disc(cells.at(where, 0.8, 0.8), 0.15 * cells.cell, pen.ink);
        }
        const along = leads[data.actions[action]];
        if (along) pen.arrow(at, along, "#ffffff", cells.cell / 24);
      },
    };
  };
  for (const name of ["frozen_lake", "cliff_walking", "taxi"]) live.scenes[name] = grid;
}
