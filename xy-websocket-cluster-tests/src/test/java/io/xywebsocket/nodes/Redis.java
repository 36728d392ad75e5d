package io.xywebsocket.nodes;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Redis server, or a sentinel, of the test's own, on a port of its own, which keeps nothing. */
final class Redis implements AutoCloseable {

    private static final String BINARY = "redis-server";

    final int port = freePort();

    private final Path directory;
    private final List<String> options;
    private Process process;

    /** @param options what is on its command line besides */
    Redis(String... options) throws IOException {
        this.options = List.of(options);
        boolean installed = isInstalled();
        if (!"required".equals(System.getProperty("xy.test.redis"))) {
            Assumptions.assumeTrue(installed, BINARY + " is not installed");
        } else if (!installed) {
            throw new IllegalStateException(BINARY + " is not installed");
        }
        directory = Files.createTempDirectory("redis");
        process = begin();
        awaitReady();
    }

    /** Returns a sentinel of a master that is down once it says so. */
    static Redis sentinel(String master, int masterPort) throws IOException {
        Path file = Files.createTempDirectory("sentinel").resolve("sentinel.conf");
        Files.writeString(
                file,
                """
                sentinel monitor %1$s 127.0.0.1 %2$d 1
                sentinel down-after-milliseconds %1$s 1000
                sentinel failover-timeout %1$s 5000
                """
                        .formatted(master, masterPort));
        return new Redis(file.toString(), "--sentinel");
    }

    /** Returns the only server of a Redis Cluster. */
    static Redis cluster() throws IOException {
        String busPort = String.valueOf(freePort()); // by default 10,000 more, which may be no port
        Redis redis =
                new Redis("--cluster-enabled", "yes", "--cluster-port", busPort, "--cluster-announce-ip", "127.0.0.1");
        redis.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await().until(() -> redis.command("CLUSTER", "INFO").contains("cluster_state:ok"));
        return redis;
    }

    private static boolean isInstalled() {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, BINARY)));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process begin() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(BINARY);
        command.addAll(options);
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", directory.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void awaitReady() {
        await().until(() -> {
            try {
                return command("PING").startsWith("+PONG");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Sends one command and returns the beginning of its answer. */
    String command(String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            socket.setSoTimeout(2000);
            StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                text.append("$")
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64 << 10];
            InputStream in = socket.getInputStream();
            int length = in.read(answer);
            return length < 0 ? "" : new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }

    /** Returns the next message of a channel. */
    String next(String channel) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("SUBSCRIBE " + channel + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64 << 10];
            String text = "";
            while (!text.contains("$7\r\nmessage\r\n") || text.endsWith("message\r\n")) {
                int length = socket.getInputStream().read(answer);
                text += new String(answer, 0, length, StandardCharsets.UTF_8);
            }
            return text;
        }
    }

    /** Ends it as a crash does. */
    void kill() {
        process.destroyForcibly();
        join();
    }

    void start() throws IOException {
        process = begin();
        awaitReady();
    }

    /** Starts it if it doesn't run, and resumes it if it is paused. */
    void restore() throws IOException {
        if (process.isAlive()) {
            resume();
        } else {
            start();
        }
    }

    /** Stops it in its tracks until {@link #resume}. */
    void pause() throws IOException {
        signal("-STOP");
    }

    void resume() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        try {
            if (new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                            .start()
                            .waitFor()
                    != 0) {
                throw new IOException("no such process");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void join() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Redis doesn't end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
