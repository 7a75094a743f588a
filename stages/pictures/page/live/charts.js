// The map of actions over two variables, and the curve of a training.

const HEIGHT = 120, SHARE = 0.1; // of the time, at most, for the colours of a map

class PlaneMap {
  constructor(canvas, task) {
    Object.assign(this, { task, pen: new Pen(canvas, HEIGHT), ranges: make(task).constructor.ranges });
    this.picture = document.createElement("canvas");
    [this.picture.width, this.picture.height] = [WIDTH / 4, HEIGHT / 4];
    this.pixels = this.picture.getContext("2d").createImageData(WIDTH / 4, HEIGHT / 4);
    this.fields = new Uint32Array(this.pixels.data.buffer);
    this.words = task.colours.map((colour) => {
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
    this.next = 0;
  }

  // Where an observation is; what is beyond the map, at its edge.
  at(seen) {
    const [across, upwards] = this.task.plane.map((variable) => {
      const [low, high] = this.ranges[variable];
      return clipped((seen[variable] - low) / (high - low), 0, 1);
    });
    return [across * WIDTH, (1 - upwards) * HEIGHT];
  }

  // `action` of an observation, undefined where none is preferred: over the two variables of the
  // plane, the others as they are now.
  fill(action, seen) {
    const { task: { plane }, ranges, fields, words, picture: { width, height } } = this;
    const [[left, right], [bottom, top]] = plane.map((variable) => ranges[variable]);
    const observation = Float32Array.from(seen);
    for (let row = 0; row < height; row++) {
      observation[plane[1]] = top + ((bottom - top) * (row + 0.5)) / height;
      for (let column = 0; column < width; column++) {
        observation[plane[0]] = left + ((right - left) * (column + 0.5)) / width;
        const a = action(observation);
        fields[row * width + column] = a === undefined ? 0 : words[a];
      }
    }
    this.picture.getContext("2d").putImageData(this.pixels, 0, 0);
  }

  draw(action, path, now = false) {
    const { pen, picture } = this, seen = path[path.length - 1], begun = performance.now();
    if (now || begun > this.next) {
      this.fill(action, seen);
      this.next = begun + (performance.now() - begun) / SHARE;
    }
    pen.begin();
    pen.context.imageSmoothingEnabled = false;
    pen.context.drawImage(picture, 0, 0, WIDTH, HEIGHT);
    const way = path.map((one) => this.at(one));
    pen.line(way, "#ffffff", 2.5);
    pen.line(way, INK, 1);
    pen.disc(this.at(seen), 4.5, INK, "#ffffff");
  }
}

// Returns of training episodes, scores of validations, the threshold; discs are checkpoints.
class Curve {
  constructor(canvas, task) {
    Object.assign(this, { task, pen: new Pen(canvas, HEIGHT) });
  }

  // The x of a number of episodes.
  x(episodes) {
    return 34 + (WIDTH - 42) * (episodes / this.episodes);
  }

  draw({ episodes, returns = [], scores, discs = [], chosen, colour, range = [] }) {
    const { pen } = this, { threshold } = this.task, top = 10, bottom = HEIGHT - 16;
    this.episodes = episodes;
    const bins = binned(returns, Math.ceil(episodes / 100));
    const sorted = bins.map(([, mean]) => mean).sort((a, b) => a - b); // the lowest tenth is cut off
    const shown = [...scores.map(({ mean }) => mean), ...sorted.slice(sorted.length / 10), ...range];
    if (threshold !== null) shown.push(threshold);
    if (shown.length < 2) shown.push(0, 1);
    const low = Math.min(...shown), high = Math.max(...shown, low + 0.01);
    const at = (after, mean) =>
      [this.x(after), bottom - ((bottom - top) * (clipped(mean, low, high) - low)) / (high - low)];
    pen.begin();
    pen.line([[34, top], [34, bottom], [WIDTH - 8, bottom]], pen.soft);
    for (const value of [low, high]) pen.text([30, at(0, value)[1]], number(value), pen.soft, "right", 9);
    pen.text([34, HEIGHT - 7], "0", pen.soft, "center", 9);
    pen.text([WIDTH - 8, HEIGHT - 7], `${number(episodes)} episodes`, pen.soft, "right", 9);
    if (threshold !== null) {
      pen.line([at(0, threshold), at(episodes, threshold)], pen.soft, 1, [4, 3]);
      const y = at(0, threshold)[1];
      pen.text([WIDTH - 8, y + (y > HEIGHT / 2 ? -8 : 8)], `solved at ${number(threshold)}`, pen.soft, "right", 9);
    }
    pen.line(bins.map(([after, mean]) => at(after, mean)), mixed(colour, "#888888", 0.6), 1);
    pen.line(scores.map(({ after, mean }) => at(after, mean)), colour, 2);
    if (!discs.length) scores.forEach(({ after, mean }) => pen.disc(at(after, mean), 2, colour));
    discs.forEach(({ episodes: after, score }, i) => {
      pen.disc(score === null ? [this.x(after), bottom] : at(after, score), i === chosen ? 5 : 3, i === chosen ? colour : pen.paper, colour);
    });
  }
}

// Means of so many returns each, with the number of episodes at their middle.
function binned(returns, size) {
  const bins = [];
  for (let first = 0; first < returns.length; first += size) {
    const some = returns.slice(first, first + size);
    bins.push([first + some.length / 2, some.reduce((sum, one) => sum + one, 0) / some.length]);
  }
  return bins;
}
