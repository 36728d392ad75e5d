package io.xywebsocket.benchmarks.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Socket.IO on Node.js, with its Redis adapter. */
final class SocketIoNode {

    /** Where run.sh has installed it. */
    private static final Path DIRECTORY = ServerProcess.TARGET.resolve("socket.io");

    private SocketIoNode() {}

    /** Why it can't be started; null if it can. */
    static @Nullable String missing() {
        if (!RedisProcess.isInstalled("node")) {
            return "node is not installed";
        }
        return Files.isDirectory(DIRECTORY.resolve("node_modules")) ? null : "Socket.IO is not in " + DIRECTORY;
    }

    static ServerProcess start(int redisPort) {
        return ServerProcess.start(
                ServerKind.SOCKET_IO_NODE,
                List.of(
                        "node",
                        DIRECTORY.resolve(ServerKind.SOCKET_IO_NODE.program).toString(),
                        Integer.toString(redisPort)));
    }
}
