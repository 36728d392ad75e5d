package io.xywebsocket.nodes;

import static org.awaitility.Awaitility.await;

import io.xywebsocket.client.XyClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node in a process of its own, with a client by which the test looks into it. */
final class Node implements AutoCloseable {

    private static final String READY = "NODE READY ON ";

    final String name;
    final List<String> log = new CopyOnWriteArrayList<>();
    private final Process process;
    private final Thread reader;
    private volatile int port;
    private @Nullable XyClient control;

    private Node(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(this::read, "log of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a node; returns before it is ready. */
    static Node start(String name, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NodeApp.class.getName()));
        for (String property : properties) {
            command.add("--" + property);
        }
        return new Node(
                name, new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                log.add(line);
                if (line.startsWith(READY)) {
                    port = Integer.parseInt(line.substring(READY.length()));
                }
            }
        } catch (IOException e) {
            log.add("log ended: " + e);
        }
    }

    Node awaitReady() {
        await().atMost(Duration.ofSeconds(120)).until(() -> port != 0 || !process.isAlive());
        if (port == 0) {
            throw new IllegalStateException("Node " + name + " doesn't start:\n" + String.join("\n", log));
        }
        control = client("control-" + name);
        return this;
    }

    int port() {
        return port;
    }

    static URI uri(int port, String user) {
        return URI.create("ws://127.0.0.1:" + port + "/ws?user=" + user);
    }

    /** Connects a client that doesn't come back by itself. */
    XyClient client(String user) {
        XyClient client = XyClient.builder(uri(port, user))
                .reconnect((code, reason) -> false)
                .build();
        client.connect().orTimeout(30, TimeUnit.SECONDS).join();
        return client;
    }

    /** Asks the node itself. */
    <T> T ask(String function, @Nullable Object payload, Class<T> type) {
        XyClient asked = control;
        if (asked == null) {
            throw new IllegalStateException("not ready");
        }
        return asked.withTimeout(Duration.ofSeconds(20)).await(function, payload, type);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    NodeApp.View view() {
        return ask("test.view", Map.of(), NodeApp.View.class);
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        join();
    }

    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** SIGTERM. */
    void stop() {
        process.destroy();
        join();
    }

    private void join() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Node " + name + " doesn't end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
        process.destroyForcibly();
    }
}
