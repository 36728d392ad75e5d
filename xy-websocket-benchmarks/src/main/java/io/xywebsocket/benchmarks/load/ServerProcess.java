package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Connection;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server in a JVM of its own, which ends when this one does: its standard input ends then. */
final class ServerProcess implements AutoCloseable {

    private static final String MAIN = "io.xywebsocket.benchmarks.load.servers.ServerMain";

    /** The build's directory, with more than the class path. */
    static final Path TARGET = Path.of(System.getProperty("benchmarks.target", "target"));

    /** Seconds: several begin at once. */
    private static final int START = 180;

    private static final int PATIENCE = 60;

    private static final String ENDED = "ended";

    final ServerKind kind;
    private final Process process;
    private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    private final Writer commands;
    private int port;

    private ServerProcess(ServerKind kind, Process process) {
        this.kind = kind;
        this.process = process;
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::read, "replies of " + kind);
        reader.setDaemon(true);
        reader.start();
    }

    static ServerProcess start(ServerKind kind, Options options, String... jvm) {
        return start(kind, java(kind, options, jvm));
    }

    private static List<String> java(ServerKind kind, Options options, String... jvm) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvm());
        command.addAll(Arrays.asList(jvm));
        command.addAll(List.of("-cp", classPath(kind, options.before()), MAIN, kind.program));
        command.addAll(kind.properties());
        return command;
    }

    /** A server of any kind that obeys the same commands. */
    static ServerProcess start(ServerKind kind, List<String> command) {
        try {
            return new ServerProcess(
                    kind,
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String classPath(ServerKind kind, @Nullable Path before) {
        Stream<String> jars = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().matches(kind.container.without))
                .map(entry -> kind.isBefore() && before != null ? before(entry, before) : entry);
        Stream<String> more = kind.container == ServerKind.Container.TOMCAT_AND_REDIS
                ? Stream.of(TARGET.resolve("lettuce").resolve("*").toString())
                : Stream.of();
        return Stream.concat(jars, more).collect(Collectors.joining(File.pathSeparator));
    }

    /** The same jar of the earlier build, which lies in that directory or is where a checkout's build leaves it. */
    private static String before(String entry, Path directory) {
        for (String module : List.of("xy-websocket-core", "xy-websocket-autoconfigure")) {
            if (entry.matches(".*/" + module + "(-[^/]*\\.jar|/target/classes)")) {
                return Stream.of(directory, directory.resolve(module).resolve("target"))
                        .filter(Files::isDirectory)
                        .flatMap(ServerProcess::files)
                        .filter(file -> file.getFileName().toString().matches(module + "-[0-9.]+(-SNAPSHOT)?\\.jar"))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("There is no " + module + " in " + directory))
                        .toString();
            }
        }
        return entry;
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be connected to in the ordinary way. */
    Connection.Target target() {
        return target(0);
    }

    /** To be connected to by clients whose sockets hold little that they don't read. */
    Connection.Target targetOfSmallSockets() {
        return target(4096);
    }

    /** Waits until the server is ready, the first time. */
    private Connection.Target target(int receiveBuffer) {
        if (port == 0) {
            try {
                port = Integer.parseInt(reply(START).substring("port ".length()));
            } catch (IOException e) {
                throw new UncheckedIOException(kind + " doesn't start", e);
            }
        }
        return new Connection.Target(port, kind.dialect, kind.compression, receiveBuffer);
    }

    Usage usage() {
        return Usage.of(process.pid());
    }

    long resident() {
        return Usage.resident(process.pid());
    }

    /** Has a command carried out and returns the server's reply. */
    synchronized String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return reply(PATIENCE);
        } catch (IOException e) {
            throw new UncheckedIOException(kind + " doesn't reply to " + command, e);
        }
    }

    long askNumber(String command) {
        return Long.parseLong(ask(command));
    }

    private String reply(int seconds) throws IOException {
        try {
            String reply = replies.poll(seconds, TimeUnit.SECONDS);
            if (reply == null || reply.equals(ENDED)) {
                throw new IOException(kind + (reply == null ? " doesn't reply" : " has ended"));
            } else if (reply.startsWith("failed") || reply.startsWith("unknown")) {
                throw new IllegalStateException(kind + ": " + reply);
            }
            return reply;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads on whether anybody waits for a reply or not: a server that can't log stands still. */
    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.startsWith("@ ")) {
                    replies.add(line.substring(2));
                } else {
                    System.err.println(kind + ": " + line);
                }
            }
        } catch (IOException e) {
            System.err.println(kind + ": " + e);
        }
        replies.add(ENDED);
    }

    /** Ends it as a crash does. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
