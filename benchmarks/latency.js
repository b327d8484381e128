// Runs in the page. A figure is a cell's output; its signature changes when it shows something new.
window.latency = {
    slider: output => output.querySelector(".noUi-handle"),
    signature: output => {
        const picture = output.querySelector(".jp-RenderedImage img");
        if (picture) return picture.src;
        const overlay = output.querySelector("svg[role=img]");
        return overlay ? overlay.getAttribute("aria-label") + overlay.innerHTML : output.querySelector(".widget-label:last-child").innerText;
    },
    // Calls `seen` after each paint that shows something new; returns a function that stops watching.
    watch(output, seen) {
        let last = this.signature(output);
        const look = async () => {
            const picture = output.querySelector(".jp-RenderedImage img");
            if (!picture && output.querySelector(".jp-OutputArea-output .jp-OutputArea")) return; // being replaced
            const now = this.signature(output);
            if (now === last) return;
            last = now;
            if (picture) await picture.decode().catch(() => {});
            requestAnimationFrame(() => setTimeout(() => seen(performance.now())));
        };
        const observer = new MutationObserver(look);
        observer.observe(output, { subtree: true, childList: true, characterData: true, attributeFilter: ["src"] });
        return () => observer.disconnect();
    },
    press(output, key) {
        this.slider(output).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    },
    // Milliseconds from a key to the painted frame.
    once(output, key) {
        return new Promise((resolve, reject) => {
            const start = performance.now();
            const stop = this.watch(output, time => { stop(); resolve(time - start); });
            setTimeout(() => { stop(); reject(new Error("nothing was painted in 20 s")); }, 20000);
            this.press(output, key);
        });
    },
    // How many frames are painted while 30 keys come at 30 a second, and until all is still.
    async burst(output, key) {
        let frames = 0, latest = performance.now();
        const stop = this.watch(output, time => { frames += 1; latest = time; });
        for (let n = 0; n < 30; n += 1) {
            this.press(output, key);
            await new Promise(done => setTimeout(done, 1000 / 30));
        }
        while (performance.now() - latest < 1500) await new Promise(done => setTimeout(done, 100));
        stop();
        return frames;
    },
};
