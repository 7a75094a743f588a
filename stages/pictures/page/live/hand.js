// The reader's hand: buttons and arrow keys that act as long as they are down.
const KEYS = { left: "ArrowLeft", right: "ArrowRight", up: "ArrowUp", down: "ArrowDown", none: "ArrowDown" };
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

// `press` gets the number of an action; `buttons` are in the order of `names`.
function listenToHand(section, buttons, names, press, release) {
  const keys = names.map((name) => KEYS[name]);
  let held = -1;
  const down = (action) => {
    up(held);
    held = action;
    buttons[action].classList.add("pressed");
    press(action);
  };
  const up = (action) => {
    if (action < 0 || action !== held) return;
    held = -1;
    buttons[action].classList.remove("pressed");
    release();
  };
  buttons.forEach((button, action) => {
    button.append(` ${SIGNS[keys[action]]}`);
    button.setAttribute("aria-keyshortcuts", keys[action]);
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      down(action);
    });
    for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, () => up(action));
    button.addEventListener("click", (event) => { // by Enter, or by a screen reader
      if (event.detail > 0) return;
      down(action);
      up(action);
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch
  });
  section.addEventListener("keydown", (event) => {
    const action = keys.indexOf(event.key);
    if (action < 0 || event.target.matches("select, input")) return; // which use arrows themselves
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (!event.repeat) down(action);
  });
  section.addEventListener("keyup", (event) => up(keys.indexOf(event.key)));
  section.addEventListener("focusout", () => up(held));
}
