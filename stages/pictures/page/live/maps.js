// What an agent does where: its action over two variables, or over the cells of a world.
//
// A map has a height, and draws a policy and where an episode is in it.
"use strict";
{
  const { WIDTH, INK } = live;
  const WORK = 1.5e6; // multiplications for a map: some milliseconds
  const FINEST = 132; // fields across
  const WAY = 100; // states up to the present one whose line is drawn
  const NOWHERE = "#eeeeee";

  live.PlaneMap = class {
    constructor(data, environment, height) {
      this.height = height;
      this.data = data;
      [this.across, this.upwards] = data.plane;
      this.ranges = environment.ranges;
      this.rest = environment.rest ?? Array(data.variables).fill(0);
      this.picture = document.createElement("canvas");
      this.words = data.colours.map((colour) => {
        const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
        return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
      });
    }

    // Where on the canvas an observation is; what is beyond the map, at its edge.
    at(seen) {
      const part = (variable) => {
        const [low, high] = this.ranges[variable];
        return Math.min(Math.max((seen[variable] - low) / (high - low), 0), 1);
      };
      return [part(this.across) * WIDTH, (1 - part(this.upwards)) * this.height];
    }

    // Ask for the action in the middle of each field, with the other variables held.
    fill(act, held, cost) {
      const { picture, across, upwards, ranges, height } = this;
      const most = Math.sqrt(((WORK / cost) * WIDTH) / height);
      const wide = Math.round(Math.min(Math.max(most, 16), FINEST));
      const high = Math.round((wide * height) / WIDTH);
      if (picture.width !== wide || !this.pixels) {
        [picture.width, picture.height] = [wide, high];
        this.pixels = picture.getContext("2d").createImageData(wide, high);
      }
      const fields = new Uint32Array(this.pixels.data.buffer);
      const seen = Float32Array.from(held);
      const value = ([least, most], part) => least + (most - least) * part;
      for (let row = 0; row < high; row++) {
        seen[upwards] = value(ranges[upwards], 1 - (row + 0.5) / high);
        for (let column = 0; column < wide; column++) {
          seen[across] = value(ranges[across], (column + 0.5) / wide);
          fields[row * wide + column] = this.words[act(seen)];
        }
      }
      picture.getContext("2d").putImageData(this.pixels, 0, 0);
    }

    draw(pen, { act, cost, key, path, held }) {
      const others = held ? path[path.length - 1] : this.rest;
      const moves = held && this.data.variables > 2;
      const known = `${key} ${moves ? others : ""}`;
      if (known !== this.known) this.fill(act, others, cost);
      this.known = known;
      pen.context.drawImage(this.picture, 0, 0, WIDTH, this.height);
      const way = path.slice(-WAY).map((seen) => this.at(seen));
      pen.line(way, "#ffffff", 2);
      pen.line(way, INK, 0.8);
      const here = this.at(path[path.length - 1]);
      pen.disc(here, 6, "#ffffff");
      pen.disc(here, 4.5, INK);
    }
  };

  live.CellMap = class {
    constructor(data) {
      this.cells = new live.Cells(data.model);
      this.height = this.cells.height;
      this.data = data;
    }

    draw(pen, { act, path }) {
      const { cells, data } = this;
      const [here] = path[path.length - 1];
      const beside = cells.isTaxi ? here % 20 : 0, times = cells.isTaxi ? 20 : 1;
      const action = (row, column) =>
        act([(row * cells.columns + column) * times + beside]);
      const acts = (letter) => cells.isTaxi || !"HCG".includes(letter);
      cells.draw(pen, (letter, row, column) =>
        acts(letter) ? data.colours[action(row, column)] : NOWHERE);
      cells.rows.forEach((letters, row) => letters.forEach((letter, column) => {
        if (!acts(letter)) return;
        const chosen = action(row, column), along = live.leads[data.actions[chosen]];
        if (along) pen.arrow(cells.at([row, column]), along, data.inks[chosen], cells.cell / 28);
      }));
      const centre = cells.at(cells.place(here));
      pen.ring(centre, 0.42 * cells.cell, "#ffffff", 3.5);
      pen.ring(centre, 0.42 * cells.cell, INK, 2);
    }
  };
}
