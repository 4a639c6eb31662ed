// The chat window. A line is kept until the server says that it is stored, and sent again after every reconnection
// under the same id; the server keeps it once. What the server says is shown once, by its number.
"use strict";

const lines = document.getElementById("lines");
const state = document.getElementById("state");
const form = document.getElementById("form");
const text = document.getElementById("text");

const unsent = new Map();
const shown = new Set();
let seen = "";
let wait = 500;
let socket = null;

function address() {
  const url = new URL("/chat/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("session", sessionStorage.getItem("chat-session") || "");
  url.searchParams.set("after", seen);
  return url;
}

function connect() {
  socket = new WebSocket(address());
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    state.textContent = "The connection was lost. We are trying again; what you write is kept.";
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 15000);
  });
}

function receive(message) {
  if (message.type === "session") {
    sessionStorage.setItem("chat-session", message.session);
    wait = 500;
    state.textContent = "Connected.";
    unsent.forEach((line, id) => send(id, line.text));
  } else if (message.type === "stored") {
    stored(message.id, message.seq);
  } else if (message.type === "line") {
    if (message.from === "you") stored(message.id, message.seq);
    show(message.seq, message.from, message.text);
    if (message.seq > seen) seen = message.seq;
  } else if (message.type === "owner") {
    state.textContent = `Connected. ${message.name} has your enquiry.`;
  } else if (message.type === "later") {
    setTimeout(() => unsent.has(message.id) && send(message.id, unsent.get(message.id).text), 3000);
  } else if (message.type === "refused") {
    state.textContent = `That could not be sent: ${message.problem}.`;
  }
}

function stored(id, seq) {
  const line = unsent.get(id);
  if (!line) return;
  unsent.delete(id);
  line.item.classList.remove("unsent");
  shown.add(seq);
}

function send(id, body) {
  if (socket && socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: "line", id: id, text: body }));
  }
}

function show(seq, from, body) {
  if (seq && shown.has(seq)) return null;
  if (seq) shown.add(seq);
  const item = document.createElement("li");
  item.className = from;
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = from === "us" ? "Us" : "You";
  item.append(who, body);
  lines.append(item);
  lines.scrollTop = lines.scrollHeight;
  return item;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = text.value.trim();
  if (!body) return;
  const id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
  const item = show(null, "you", body);
  item.classList.add("unsent");
  unsent.set(id, { text: body, item: item });
  send(id, body);
  text.value = "";
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

connect();
