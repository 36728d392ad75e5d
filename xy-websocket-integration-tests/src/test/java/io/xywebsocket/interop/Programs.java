package io.xywebsocket.interop;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The programs that a test starts. They end with it, and what they wrote is shown if it fails.
 *
 * <p>Without Node, or without its packages, a test that needs them is skipped, or fails if {@code xy.test.node} is {@code required}.
 */
public final class Programs implements AfterEachCallback {

    /** The peer in the manner of the JavaScript library. */
    static final Path PEER = Path.of("src", "test", "node");

    /** The JavaScript client's scenarios. */
    public static final Path SCENARIOS = Path.of("..", "xy-websocket-js", "test", "integration")
            .toAbsolutePath()
            .normalize();

    private final List<Program> started = new ArrayList<>();

    /** Runs a script in Node. */
    public Program node(Path script, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable()
                .orElseGet(() -> missing("There is no node on the PATH"))
                .toString());
        command.add(script.toString());
        command.addAll(List.of(arguments));
        requirePackages(script);
        return start(script.getFileName().toString(), command);
    }

    /** Returns what Node finds wrong with the syntax of a module. */
    public String checkInNode(Path module) throws InterruptedException {
        String node = executable()
                .orElseGet(() -> missing("There is no node on the PATH"))
                .toString();
        Program check = start(module.getFileName().toString(), List.of(node, "--check", module.toString()));
        return check.exitCode() == 0 ? "" : check.output();
    }

    /** Runs a class in a Java of its own. */
    Program java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dxy.test.virtual-threads=" + Boolean.getBoolean("xy.test.virtual-threads"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return start(main.getSimpleName(), command);
    }

    private Program start(String name, List<String> command) {
        Program program = Program.start(name, command);
        started.add(program);
        return program;
    }

    private static Optional<Path> executable() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> Stream.of(Path.of(folder, "node"), Path.of(folder, "node.exe")))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void requirePackages(Path script) {
        Path folder = script.toAbsolutePath().normalize().getParent();
        while (!Files.exists(folder.resolve("package.json"))) {
            folder = folder.getParent();
        }
        if (!Files.isDirectory(folder.resolve("node_modules"))) {
            missing("Run npm ci in " + folder);
        }
    }

    private static <T> T missing(String message) {
        if ("required".equals(System.getProperty("xy.test.node"))) {
            fail(message);
        }
        return abort(message);
    }

    /** Ends all that run. */
    void kill() {
        started.forEach(Program::kill);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        kill();
        if (test.getExecutionException().isPresent()) {
            started.forEach(program -> System.err.println("---- " + program + " wrote:\n" + program.output()));
        }
        started.clear();
    }
}
