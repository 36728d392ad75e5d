package io.xywebsocket.benchmarks.load;

import static io.xywebsocket.benchmarks.load.ServerKind.JACKSON;
import static io.xywebsocket.benchmarks.load.ServerKind.NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.SOCKET_IO;
import static io.xywebsocket.benchmarks.load.ServerKind.STOMP;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_BEFORE_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_BEFORE_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_LARGE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_STALL;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_TOMCAT;

import java.util.List;
import java.util.stream.Stream;

/** All rows, in the order in which they are measured. */
final class Rows {

    private Rows() {}

    private static final ServerKind[] EVERYBODY = {XY_TOMCAT, XY_JETTY, XY_NETTY, RAW, JACKSON, STOMP, SOCKET_IO, NETTY
    };

    static List<Row> all() {
        return Stream.of(calls(), others()).flatMap(List::stream).toList();
    }

    private static List<Row> calls() {
        int large = Payloads.LARGE;
        return List.of(
                new CallRow("calls-d16-batch", 64, Payloads.calls(16, true), EVERYBODY),
                new CallRow("calls-d16-single", 64, Payloads.calls(16, false), XY_TOMCAT, RAW, STOMP, SOCKET_IO, NETTY),
                new CallRow("calls-d1", 64, Payloads.calls(1, true), EVERYBODY),
                new CallRow(
                        "calls-4k-d4",
                        64,
                        Payloads.calls(large, 4, true),
                        XY_TOMCAT,
                        XY_JETTY,
                        XY_NETTY,
                        RAW,
                        JACKSON,
                        SOCKET_IO,
                        NETTY),
                new CallRow("calls-4k-d4-single", 64, Payloads.calls(large, 4, false), XY_TOMCAT, RAW),
                new CallRow("calls-4k-d16", 64, Payloads.calls(large, 16, true), XY_TOMCAT, RAW),
                new CallRow("calls-4k-lines-d4", 64, Payloads.orders(large, 4, true), XY_TOMCAT, RAW, JACKSON),
                new CallRow("calls-jetty-d16", 64, Payloads.calls(16, true), XY_JETTY, XY_BEFORE_JETTY, RAW_JETTY),
                new CallRow(
                        "calls-deflate-d16", 64, Payloads.calls(16, true), XY_DEFLATE, XY_BEFORE_DEFLATE, RAW_DEFLATE));
    }

    private static List<Row> others() {
        int small = Payloads.SMALL;
        int large = Payloads.LARGE;
        return List.of(
                new ServerCallRow("server-calls-d16", 16, true, XY_TOMCAT, RAW),
                new ServerCallRow("server-calls-d16-single", 16, false, XY_TOMCAT, RAW),
                new ServerCallRow("server-calls-d1", 1, true, XY_TOMCAT, RAW),
                new CallRow("events-in", 64, Payloads.events(15, true), XY_TOMCAT, RAW),
                new BlockingRow("blocking", 10_000, XY_TOMCAT),
                new ChurnRow("churn-1000", 1000, XY_TOMCAT, XY_JETTY, RAW),
                new ChurnRow("churn-jetty-1000", 1000, XY_JETTY, XY_BEFORE_JETTY, RAW_JETTY),
                new BroadcastRow(
                        "broadcast-1000", 1000, 1, small, XY_TOMCAT, XY_JETTY, XY_NETTY, RAW, STOMP, SOCKET_IO, NETTY),
                new BroadcastRow("broadcast-1000-burst", 1000, 20, small, XY_TOMCAT, RAW),
                new BroadcastRow("broadcast-4k-1000", 1000, 1, large, XY_TOMCAT, XY_JETTY, XY_NETTY, RAW, NETTY),
                new BroadcastRow(
                        "broadcast-4k-deflate-1000", 1000, 1, large, XY_DEFLATE, XY_BEFORE_DEFLATE, RAW_DEFLATE),
                new BroadcastRow("broadcast-5000", 5000, 1, small, XY_TOMCAT, RAW),
                new GrowthRow("growth", 50, 5000, XY_TOMCAT, RAW),
                new StallRow("stall-100", 100, 30, 30, XY_STALL),
                new StallRow("stall-1000", 1000, 10, 12, XY_STALL),
                new OwnHeapRow("idle-own", 10_000),
                new IdleRow("idle-10000", 10_000, XY_TOMCAT, XY_JETTY, RAW, RAW_JETTY),
                new IdleRow("idle-settings", 2000, XY_LARGE),
                new StartsRow("starts", 10, 10, XY_TOMCAT));
    }
}
