package io.xywebsocket.benchmarks.load.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One server. Lives until its standard input ends. */
final class ServerMain {

    private ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        String[] properties = Arrays.copyOfRange(arguments, 1, arguments.length);
        LoadServer server = start(arguments[0], properties);
        reply("port " + server.port());
        try {
            serve(new Control(server));
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static LoadServer start(String kind, String... properties) throws Exception {
        return switch (kind) {
            case "xy" -> XyServer.start(properties);
            case "node" -> NodeServer.start(properties);
            case "soak" -> SoakServer.start(properties);
            case "raw" -> RawServer.start(RawServer.class, properties);
            case "jackson" -> RawServer.start(JacksonServer.class, properties);
            case "stomp" -> StompServer.start(properties);
            case "socketio" -> SocketIoServer.start();
            case "xy-netty" -> XyNettyServer.start();
            case "netty" -> NettyServer.start();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static void serve(Control control) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String command; (command = commands.readLine()) != null; ) {
            reply(control.run(command));
        }
    }

    /** The mark tells it from what is logged. */
    private static void reply(String text) {
        System.out.println("@ " + text);
        System.out.flush();
    }
}
