package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Dialect;
import io.xywebsocket.benchmarks.load.generator.Dialects;
import java.util.Arrays;
import java.util.List;

/** A server to be measured. */
enum ServerKind {
    XY_TOMCAT("xy on Tomcat", "xy", Container.TOMCAT, Dialects.XY),
    XY_BEFORE("xy on Tomcat, before", "xy", Container.TOMCAT, Dialects.XY),
    XY_JETTY("xy on Jetty", "xy", Container.JETTY, Dialects.XY),
    XY_BEFORE_JETTY("xy on Jetty, before", "xy", Container.JETTY, Dialects.XY),
    XY_NETTY("xy's engine over Netty", "xy-netty", Container.NONE, Dialects.XY),
    XY_DEFLATE("xy on Tomcat, compression", "xy", Container.TOMCAT, Dialects.XY, "--xy.websocket.compression=true"),
    XY_BEFORE_DEFLATE(
            "xy on Tomcat, compression, before",
            "xy",
            Container.TOMCAT,
            Dialects.XY,
            "--xy.websocket.compression=true"),
    XY_LARGE(
            "xy on Tomcat, max-message-size 4 MB",
            "xy",
            Container.TOMCAT,
            Dialects.XY,
            "--xy.websocket.max-message-size=4MB"),
    XY_STALL(
            "xy on Tomcat, small socket buffers",
            "xy",
            Container.TOMCAT,
            Dialects.XY,
            "--benchmarks.socket-send-buffer=16384"),
    XY_SOAK(
            "xy on Tomcat, soak",
            "soak",
            Container.TOMCAT,
            Dialects.XY,
            "--server.tomcat.threads.max=50", // all there from the beginning: ours are to be counted
            "--server.tomcat.threads.min-spare=50",
            "--xy.websocket.heartbeat-interval=5s",
            "--xy.websocket.send-timeout=3s",
            "--xy.websocket.message-timeout=5s",
            "--xy.websocket.max-received-bytes=64MB",
            // all limits are on, and only floods reach one; a permit that is never given back is missed before long
            "--xy.websocket.idle-timeout=1m",
            "--xy.websocket.max-sessions=8000",
            "--xy.websocket.max-sessions-per-address=1000",
            "--xy.websocket.max-sessions-per-user=100",
            "--xy.websocket.rate-limit.per-peer=450/1s",
            "--xy.websocket.rate-limit.per-user=100000/1s",
            "--xy.websocket.rate-limit.functions.echo=100000/1s",
            "--xy.websocket.rate-limit.handshakes-per-address=10000/1s"),
    RAW("raw echo on Tomcat", "raw", Container.TOMCAT, Dialects.XY_ECHO),
    RAW_DEFLATE("raw echo on Tomcat, compression", "raw", Container.TOMCAT, Dialects.XY_ECHO),
    RAW_JETTY("raw echo on Jetty", "raw", Container.JETTY, Dialects.XY_ECHO),
    JACKSON("Jackson tree on Tomcat", "jackson", Container.TOMCAT, Dialects.XY),
    STOMP("Spring STOMP", "stomp", Container.TOMCAT, Dialects.STOMP),
    SOCKET_IO("netty-socketio", "socketio", Container.NONE, Dialects.SOCKET_IO),
    NETTY("bare Netty", "netty", Container.NONE, Dialects.XY_ECHO),

    // for the cluster run
    XY_SINGLE("xy, no cluster", "node", Container.TOMCAT, Dialects.XY),
    XY_NODE("xy, in a cluster", "node", Container.TOMCAT_AND_REDIS, Dialects.XY),
    SOCKET_IO_NODE("Socket.IO on Node.js, Redis adapter", "server.mjs", Container.NONE, Dialects.SOCKET_IO);

    private static final String JETTYS = "spring-boot-(starter-)?jetty|jetty-";
    private static final String REDIS = "lettuce-|reactor-|reactive-streams-|redis-|netty-(codec|resolver)-dns-"
            + "|spring-(data|tx|oxm|context-support)-|spring-boot-((starter-)?data|persistence|transaction|netty)-"
            + "|jakarta\\.(activation|transaction|xml\\.bind)-";

    /** Which jars stay off the class path. */
    enum Container {
        TOMCAT("(" + JETTYS + "|" + REDIS + ").*"),
        TOMCAT_AND_REDIS("(" + JETTYS + "|netty-).*"), // Lettuce has a Netty of its own
        JETTY("(spring-boot-(starter-)?tomcat|tomcat-|" + REDIS + ").*"),
        NONE("(spring-|tomcat-|jetty-|logback-|" + REDIS + ").*");

        final String without;

        Container(String without) {
            this.without = without;
        }
    }

    final String title;
    final String program;
    final Container container;
    final Dialect dialect;
    final boolean compression;
    private final String[] settings;

    ServerKind(String title, String program, Container container, Dialect dialect, String... settings) {
        this.title = title;
        this.program = program;
        this.container = container;
        this.dialect = dialect;
        this.compression = name().endsWith("DEFLATE");
        this.settings = settings;
    }

    /** How it is named on the command line. */
    String id() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    static ServerKind of(String id) {
        return Arrays.stream(values())
                .filter(kind -> kind.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no server '" + id + "' among "
                        + Arrays.stream(values()).map(ServerKind::id).toList()));
    }

    /** The same server with the build of today; itself, unless it is one of an earlier build. */
    ServerKind now() {
        return switch (this) {
            case XY_BEFORE -> XY_TOMCAT;
            case XY_BEFORE_JETTY -> XY_JETTY;
            case XY_BEFORE_DEFLATE -> XY_DEFLATE;
            default -> this;
        };
    }

    boolean isBefore() {
        return now() != this;
    }

    List<String> properties() {
        return List.of(settings);
    }
}
