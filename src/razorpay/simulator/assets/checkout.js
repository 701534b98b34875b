// Stand-in for Razorpay's checkout.js: the same constructor, options and events, with a frame of
// the simulator instead of the real window. No real money. Styles go through the CSSOM, so the
// shop's page needs no 'unsafe-inline'; it has to allow this origin in script-src and frame-src.
(() => {
  "use strict";

  const origin = new URL(document.currentScript.src).origin;

  const styles = {
    overlay: {
      position: "fixed",
      inset: "0",
      "z-index": "2147483000",
      display: "grid",
      "place-items": "center",
      background: "rgba(0, 0, 0, 0.6)",
    },
    frame: { width: "100%", height: "100%", border: "0", background: "#fff" },
    // On a screen with room around it.
    window: { "max-width": "420px", "max-height": "680px", "border-radius": "8px" },
  };
  const phone = 480;

  function dress(element, style) {
    for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
  }

  // The options that travel, as pairs; the same names as in the hosted form.
  function fieldsOf(options) {
    const fields = [
      ["key_id", options.key],
      ["order_id", options.order_id],
      ["amount", options.amount],
      ["currency", options.currency],
      ["name", options.name],
      ["description", options.description],
      ["callback_url", options.callback_url],
      ["cancel_url", options.cancel_url],
    ];
    for (const name of ["name", "email", "contact", "method"]) {
      fields.push([`prefill[${name}]`, options.prefill?.[name]]);
    }
    for (const [key, value] of Object.entries(options.notes ?? {})) {
      fields.push([`notes[${key}]`, value]);
    }
    return fields.filter(([, value]) => value !== undefined && value !== null && value !== "");
  }

  class Razorpay {
    #options;
    #listeners = new Map();
    #overlay = null;
    #frame = null;
    #ready = false;
    #timer = 0;
    #before = null;

    constructor(options) {
      if (!options?.key) throw new Error("No key passed");
      if (!options.order_id) throw new Error("No order_id passed");
      this.#options = options;
    }

    on(event, listener) {
      const all = this.#listeners.get(event) ?? [];
      this.#listeners.set(event, [...all, listener]);
      return this;
    }

    open() {
      if (this.#overlay) return this;
      const { redirect, handler, callback_url: callback } = this.#options;
      // Without a handler the result can only travel by a form, so the whole page goes.
      if (callback && (redirect === true || typeof handler !== "function")) this.#leave();
      else this.#show();
      return this;
    }

    close() {
      if (!this.#overlay) return;
      clearTimeout(this.#timer);
      window.removeEventListener("message", this.#hear);
      document.removeEventListener("keydown", this.#escape);
      document.documentElement.style.removeProperty("overflow");
      this.#overlay.remove();
      this.#overlay = null;
      this.#frame = null;
      this.#before?.focus?.();
    }

    #show() {
      const { theme, modal, retry, timeout, name } = this.#options;
      const query = new URLSearchParams(fieldsOf(this.#options));
      query.set("parent", window.location.origin);
      if (theme?.color) query.set("color", theme.color);
      if (modal?.confirm_close) query.set("confirm", "1");
      if (retry === false || retry?.enabled === false) query.set("once", "1");

      this.#before = document.activeElement;
      this.#ready = false;
      this.#overlay = document.createElement("div");
      this.#overlay.className = "razorpay-container";
      this.#overlay.setAttribute("role", "dialog");
      this.#overlay.setAttribute("aria-modal", "true");
      this.#overlay.setAttribute("aria-label", `Payment to ${name ?? "the shop"}`);
      dress(this.#overlay, styles.overlay);
      this.#frame = document.createElement("iframe");
      this.#frame.className = "razorpay-checkout-frame";
      this.#frame.title = "Razorpay Checkout";
      this.#frame.allow = "payment";
      dress(this.#frame, styles.frame);
      if (window.innerWidth > phone) dress(this.#frame, styles.window);
      this.#frame.addEventListener("load", () => this.#frame?.focus());
      this.#frame.src = `${origin}/v1/checkout/frame?${query}`;
      this.#overlay.append(this.#frame);
      if (modal?.backdropclose) {
        this.#overlay.addEventListener("click", (event) => {
          if (event.target === this.#overlay) this.#askToLeave();
        });
      }
      window.addEventListener("message", this.#hear);
      document.addEventListener("keydown", this.#escape);
      document.documentElement.style.setProperty("overflow", "hidden");
      document.body.append(this.#overlay);
      if (timeout > 0) this.#timer = setTimeout(() => this.#dismiss(), timeout * 1000);
    }

    // A form of the whole page to the hosted checkout, which posts on to callback_url.
    #leave() {
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${origin}/v1/checkout/embedded`;
      form.hidden = true;
      for (const [name, value] of fieldsOf(this.#options)) {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = name;
        input.value = value;
        form.append(input);
      }
      document.body.append(form);
      form.submit();
    }

    #hear = (event) => {
      if (event.origin !== origin || event.source !== this.#frame?.contentWindow) return;
      const { kind, detail, last } = event.data ?? {};
      if (kind === "ready") this.#ready = true;
      if (kind === "success") {
        this.close();
        this.#options.handler?.(detail);
      }
      if (kind === "failed") {
        for (const listener of this.#listeners.get("payment.failed") ?? []) {
          listener({ error: detail });
        }
        if (last) this.#dismiss();
      }
      if (kind === "dismiss") this.#dismiss();
    };

    #escape = (event) => {
      if (event.key === "Escape" && this.#options.modal?.escape !== false) this.#askToLeave();
    };

    // The frame asks back where it has to; one that never loaded cannot.
    #askToLeave() {
      if (this.#ready) this.#frame.contentWindow.postMessage({ kind: "leave" }, origin);
      else this.#dismiss();
    }

    #dismiss() {
      if (!this.#overlay) return;
      this.close();
      this.#options.modal?.ondismiss?.();
    }
  }

  window.Razorpay = Razorpay;
})();
