// The one import: a cart that is never out of step, and the way to a paid order.
export { Lost, Problem } from "./src/api.js";
export { CartManager } from "./src/cart.js";
export { Checkout } from "./src/checkout.js";
