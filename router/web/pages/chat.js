// The chat window. A line is kept until the server says that it is stored, and sent again after every reconnection and
// reload under the same id; the server keeps it once. What the server says is shown once, by its number.
"use strict";

const log = document.getElementById("log");
const lines = document.getElementById("lines");
const state = document.getElementById("state");
const form = document.getElementById("form");
const text = document.getElementById("text");

[state, log, form].forEach((part) => (part.hidden = false)); // without this script nothing that is typed would arrive

const UNSENT = "chat-unsent";
const unsent = new Map();
const shown = new Set();
let wait = 500;
let socket = null;

function address() {
  const url = new URL("/chat/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("session", sessionStorage.getItem("chat-session") || "");
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
  } else if (message.type === "owner") {
    state.textContent = `Connected. ${message.name} has your enquiry.`;
  } else if (message.type === "later") {
    setTimeout(() => unsent.has(message.id) && send(message.id, unsent.get(message.id).text), 3000);
  } else if (message.type === "refused") {
    refused(message.id, message.problem);
  }
}

function settled(id) {
  const line = unsent.get(id);
  unsent.delete(id);
  keep();
  if (line) line.item.classList.remove("unsent");
  return line;
}

function stored(id, seq) {
  const line = settled(id);
  if (!line) return;
  shown.add(seq);
  lines.append(line.item); // where it stands in the record: after what was said before it was stored
  showLatest();
}

function refused(id, problem) {
  const line = settled(id);
  if (line) line.item.classList.add("refused");
  state.textContent = `That could not be sent: ${problem}.`;
}

function keep() {
  sessionStorage.setItem(UNSENT, JSON.stringify([...unsent].map(([id, line]) => [id, line.text])));
}

function add(id, body) {
  const item = show(null, "you", body);
  item.classList.add("unsent");
  unsent.set(id, { text: body, item: item });
  keep();
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
  showLatest();
  return item;
}

function showLatest() {
  log.scrollTop = log.scrollHeight;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const body = text.value.trim();
  if (!body) return;
  const id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
  add(id, body);
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

new ResizeObserver(showLatest).observe(log); // a phone's keyboard takes half of the screen
JSON.parse(sessionStorage.getItem(UNSENT) || "[]").forEach(([id, body]) => add(id, body));
connect();
