// Your hand in an episode: keys and buttons that act as long as they are down.
"use strict";
{
  const ARROWS = {
    left: "ArrowLeft", west: "ArrowLeft", "torque -1": "ArrowLeft",
    right: "ArrowRight", east: "ArrowRight", "torque +1": "ArrowRight",
    up: "ArrowUp", north: "ArrowUp",
    down: "ArrowDown", south: "ArrowDown", none: "ArrowDown",
  };
  const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  const TAKEN = "select, input"; // they have a use of their own for the arrow keys

  live.Hand = class {
    // `press` gets the number of an action, `release` nothing; the buttons are in their order.
    constructor(section, buttons, names, press, release) {
      Object.assign(this, { buttons, press, release });
      this.keys = names.map((name, a) => ARROWS[name] ?? `${a + 1}`);
      buttons.forEach((button, action) => this.listen(button, action));
      section.addEventListener("keydown", (event) => this.key(event));
      section.addEventListener("keyup", (event) => this.up(this.keys.indexOf(event.key)));
      section.addEventListener("focusout", () => this.up(this.held));
      this.held = -1;
    }

    listen(button, action) {
      const key = this.keys[action];
      button.append(` ${SIGNS[key] ?? key}`);
      button.setAttribute("aria-keyshortcuts", key);
      let byPointer = false;
      button.addEventListener("pointerdown", (event) => {
        byPointer = true;
        button.setPointerCapture(event.pointerId);
        this.down(action);
      });
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
        button.addEventListener(end, () => this.up(action));
      }
      button.addEventListener("click", () => { // by Enter, or by what reads the page aloud
        if (!byPointer) {
          this.down(action);
          this.up(action);
        }
        byPointer = false;
      });
      button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch
    }

    key(event) {
      const action = this.keys.indexOf(event.key);
      if (action < 0 || event.target.matches(TAKEN)) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      if (!event.repeat) this.down(action);
    }

    down(action) {
      this.held = action;
      this.press(action);
      this.mark();
    }

    up(action) {
      if (action < 0 || action !== this.held) return;
      this.held = -1;
      this.release();
      this.mark();
    }

    mark() {
      this.buttons.forEach((one, a) => one.classList.toggle("pressed", a === this.held));
    }
  };
}
