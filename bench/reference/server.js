// The core contract (docs/protocol.md) as one would write it with socket.io and express.
//
//   node server.js PORT
//
// It is what Duplex is measured against, so it has no handicap: the defaults of socket.io, no logging, no work that the
// contract does not ask for. WebSocket compression is off, as is socket.io's default.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

const CAPACITY = 2;
const ROOM_NAME = /^[\p{L}\p{N}\p{M}_.-]{1,64}$/u;

const app = express();
app.get("/healthz", (_request, response) => response.send("ok"));

const server = createServer(app);
const io = new Server(server, { maxHttpBufferSize: 64 * 1024 });

/** Room name → peer id → socket. All that happens to a room happens within one event, so it is atomic. */
const rooms = new Map();

io.on("connection", (socket) => {
  /** Room name → the id that this socket has there. It is not the session id: that one would let others post for it. */
  const seats = new Map();

  const refuse = (room, ack, code, message) => {
    const error = { code, message };
    socket.emit("refused", room, error);
    ack?.({ ok: false, error });
  };

  /** Registers an event, splitting the acknowledgement from the arguments and refusing what has no room name. */
  const on = (event, handle) => {
    socket.on(event, (...args) => {
      const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
      const room = args[0];
      if (typeof room !== "string") return refuse("", ack, "invalid-message", "The room is missing.");
      handle(room, ack, args);
    });
  };

  const giveUp = (room, id, reason) => {
    const peers = rooms.get(room);
    peers.delete(id);
    if (peers.size === 0) rooms.delete(room);
    socket.leave(room);
    io.to(room).emit("bye", room, id, { reason });
  };

  on("join", (name, ack) => {
    const room = name.normalize("NFC");
    if (!ROOM_NAME.test(room) || room === "." || room === "..")
      return refuse(name, ack, "invalid-room", "This room name is not allowed.");
    if (seats.has(room)) return refuse(room, ack, "already-in-room", "You are in this room already.");
    const id = randomBytes(12).toString("base64url");
    let peers = rooms.get(room);
    if (peers === undefined) rooms.set(room, (peers = new Map()));
    if (peers.size >= CAPACITY) {
      socket.emit("full", room, id);
      return ack?.({ ok: true });
    }
    const others = Array.from(peers.keys(), (id) => ({ id }));
    peers.set(id, socket);
    seats.set(room, id);
    socket.to(room).emit("otherjoin", room, id, {});
    socket.join(room);
    socket.emit("joined", room, id, { protocol: 1, peers: others, capacity: CAPACITY });
    ack?.({ ok: true });
  });

  on("message", (name, ack, args) => {
    const room = name.normalize("NFC");
    const from = seats.get(room);
    if (from === undefined) return refuse(room, ack, "not-in-room", "You are not in this room.");
    if (args.length < 2) return refuse(room, ack, "invalid-message", "There is nothing to send.");
    const to = args[2]?.to;
    if (to === undefined) {
      socket.to(room).emit("message", room, args[1], { from });
    } else {
      const peer = rooms.get(room).get(to);
      if (peer === undefined) return refuse(room, ack, "no-such-peer", "Nobody in this room has that id.");
      peer.emit("message", room, args[1], { from });
    }
    ack?.({ ok: true });
  });

  on("leave", (name, ack) => {
    const room = name.normalize("NFC");
    const id = seats.get(room);
    if (id === undefined) return refuse(room, ack, "not-in-room", "You are not in this room.");
    seats.delete(room);
    giveUp(room, id, "left");
    socket.emit("leaved", room, id, { reason: "left" });
    ack?.({ ok: true });
  });

  socket.on("disconnect", () => {
    for (const [room, id] of seats) giveUp(room, id, "timeout");
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1");
