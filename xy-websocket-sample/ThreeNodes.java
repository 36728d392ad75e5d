import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The sample on three nodes, which {@code three-nodes.sh} runs from this source: a Redis, three processes, and a proxy that
 * gives each new TCP connection to the next node that takes it. A node that ends is started again after a while.
 */
class ThreeNodes {

    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int START_MILLIS = 120_000;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int AWAY_MILLIS = 20_000;

    private final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private final String jar;
    private final Path directory;
    private final int redisPort;
    private final List<Integer> ports;
    private final Process[] nodes = new Process[NAMES.size()];
    private final AtomicInteger next = new AtomicInteger();
    private Process redis;
    private volatile boolean ending;

    ThreeNodes(String jar) throws IOException {
        this.jar = jar;
        directory = Files.createTempDirectory("three-nodes");
        List<Integer> free = freePorts(1 + NAMES.size());
        redisPort = free.get(0);
        ports = free.subList(1, free.size());
    }

    public static void main(String[] arguments) throws Exception {
        try (ServerSocket proxy = listen(Integer.parseInt(arguments[1]))) {
            ThreeNodes town = new ThreeNodes(arguments[0]);
            Runtime.getRuntime().addShutdownHook(new Thread(town::end));
            town.start();
            System.out.println("\nOne town on three nodes: http://localhost:" + proxy.getLocalPort() + "\n");
            for (int i = 0; i < NAMES.size(); i++) {
                System.out.println(town.describe(i));
            }
            System.out.println("\nOpen it in several tabs: each says which node it is on. Kill one of the nodes and watch:"
                    + "\n  kill -9 " + town.nodes[0].pid()
                    + "\nIt is started again after " + AWAY_MILLIS / 1_000 + " s. Ctrl-C ends everything.");
            while (true) {
                Socket page = proxy.accept();
                daemon(() -> town.connect(page));
            }
        }
    }

    private static ServerSocket listen(int port) {
        try {
            return new ServerSocket(port, 50, LOCAL);
        } catch (IOException e) {
            System.err.println("Port " + port + " is taken: choose another one, with --port");
            System.exit(1);
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, LOCAL));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private static Thread daemon(Runnable action) {
        Thread thread = new Thread(action);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    // ---- processes

    private void start() throws Exception {
        System.out.println("Starting Redis and nodes " + String.join(", ", NAMES) + " …");
        redis = run("redis", "redis-server", "--port", "" + redisPort, "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--dir", directory.toString());
        awaitPort("Redis", redis, redisPort);
        for (int i = 0; i < NAMES.size(); i++) {
            nodes[i] = startNode(i);
        }
        for (int i = 0; i < NAMES.size(); i++) {
            awaitPort("Node " + NAMES.get(i), nodes[i], ports.get(i));
            watch(i);
        }
    }

    private Process startNode(int i) throws IOException {
        return run(NAMES.get(i), java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-jar", jar,
                "--spring.profiles.active=cluster",
                "--town.node=" + NAMES.get(i),
                "--server.address=127.0.0.1",
                "--server.port=" + ports.get(i),
                "--spring.data.redis.host=127.0.0.1",
                "--spring.data.redis.port=" + redisPort);
    }

    private Process run(String name, String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(name)).start();
    }

    private File log(String name) {
        return directory.resolve(name + ".log").toFile();
    }

    private String describe(int i) {
        return "  node " + NAMES.get(i) + "  pid " + nodes[i].pid() + "  http://localhost:" + ports.get(i) + "  log "
                + log(NAMES.get(i));
    }

    private void awaitPort(String name, Process process, int port) throws Exception {
        long end = System.nanoTime() + START_MILLIS * 1_000_000L;
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(LOCAL, port), CONNECT_MILLIS);
                return;
            } catch (IOException notYet) {
                if (ending || !process.isAlive() || System.nanoTime() > end) {
                    throw new IOException(name + " does not start:\n" + output(name), notYet);
                }
                Thread.sleep(100);
            }
        }
    }

    private String output(String name) throws IOException {
        return Files.readString(log(name.replace("Node ", "").toLowerCase()).toPath());
    }

    /** Starts a node again when it has ended. */
    private void watch(int i) {
        daemon(() -> {
            try {
                while (true) {
                    nodes[i].waitFor();
                    if (ending) {
                        return;
                    }
                    System.out.println("Node " + NAMES.get(i) + " has ended: its pages go to the others");
                    Thread.sleep(AWAY_MILLIS);
                    synchronized (this) {
                        if (ending) {
                            return;
                        }
                        nodes[i] = startNode(i);
                    }
                    awaitPort("Node " + NAMES.get(i), nodes[i], ports.get(i));
                    System.out.println("Node " + NAMES.get(i) + " is back:\n" + describe(i));
                }
            } catch (Exception e) {
                if (!ending) {
                    System.err.println(e.getMessage());
                }
            }
        });
    }

    private synchronized void end() {
        ending = true;
        Stream.concat(Stream.of(nodes), Stream.ofNullable(redis)).forEach(process -> {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
        });
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            System.err.println(directory + " is left: " + e);
        }
    }

    // ---- the proxy

    private void connect(Socket page) {
        try (page; Socket node = nextNode()) {
            page.setTcpNoDelay(true);
            node.setTcpNoDelay(true);
            daemon(() -> copy(page, node));
            copy(node, page);
        } catch (IOException e) {
            System.err.println("No node takes a connection");
        }
    }

    private Socket nextNode() throws IOException {
        IOException refused = null;
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(next.getAndIncrement(), ports.size()));
            Socket node = new Socket();
            try {
                node.connect(new InetSocketAddress(LOCAL, port), CONNECT_MILLIS);
                return node;
            } catch (IOException e) {
                node.close();
                refused = e;
            }
        }
        throw refused;
    }

    /** Copies until one of them ends, and with it the other. */
    private static void copy(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the other direction ends with it
        }
    }
}
