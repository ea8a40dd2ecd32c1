import { Hono } from "hono";

// Ponder wants one; nothing asks it.
export default new Hono();
