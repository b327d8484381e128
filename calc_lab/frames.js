// Answers the inputs of the figure that stands before this script from its frames: still picture, overlay, sentence.
(async figure => {
  const find = selector => figure.querySelector(selector);
  const packed = Uint8Array.from(atob(find("script").textContent), letter => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const {sizes, stills, frames} = await new Response(unpacked).json();
  const inputs = [...figure.querySelectorAll("input, select")];
  const place = input => input.type === "checkbox" ? +input.checked : input.selectedIndex ?? +input.value;
  const show = () => {
    const [still, svg, sentence] = frames[inputs.reduce((row, input, k) => row * sizes[k] + place(input), 0)];
    if (find("img").src !== stills[still]) find("img").src = stills[still];
    find(".frames-overlay").innerHTML = svg;
    find("[role=status]").textContent = sentence;
    for (const input of inputs.filter(input => input.type === "range")) {
      input.ariaValueText = input.nextElementSibling.textContent = input.dataset.shown.split("|")[input.value];
    }
  };
  stills[0] = find("img").src;
  inputs.forEach(input => input.addEventListener("input", show));
  show();
  find(".frames-panel").hidden = false;
})(document.currentScript.previousElementSibling);
