package io.xywebsocket.interop;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A process, and what it writes. Thread-safe. */
public final class Program {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final String name;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reading = new Thread(this::read);

    private Program(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    static Program start(String name, List<String> command) {
        try {
            Program program = new Program(
                    name, new ProcessBuilder(command).redirectErrorStream(true).start());
            program.reading.setDaemon(true);
            program.reading.start();
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add(e.toString()); // killed in the middle of a line
        }
    }

    /** Waits until it has written that many lines that begin so, and returns the rest of the last one. */
    String awaitLine(String beginning, int times) {
        return await(name + " writes " + beginning)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> written(beginning), found -> found.size() >= times)
                .get(times - 1)
                .substring(beginning.length())
                .strip();
    }

    private List<String> written(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).toList();
    }

    /** Waits until it has ended by itself. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(name + " didn't end:\n" + output());
        }
        reading.join();
        return process.exitValue();
    }

    /** Ends it without giving it a say. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    public String output() {
        return String.join("\n", lines);
    }

    @Override
    public String toString() {
        return name;
    }
}
