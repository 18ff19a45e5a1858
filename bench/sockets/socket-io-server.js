// The same with Socket.IO, as it is installed. Argument: seconds between two pings.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const server = new Server({ pingInterval: Number(process.argv[2]) * 1000, transports: ["websocket"] });
server.attach(http);
http.listen(0, "127.0.0.1", 4096, () => console.log(JSON.stringify({ msg: "ready", port: http.address().port })));
