package io.xywebsocket.benchmarks.load;

import static io.xywebsocket.benchmarks.load.ServerKind.JACKSON;
import static io.xywebsocket.benchmarks.load.ServerKind.NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW;
import static io.xywebsocket.benchmarks.load.ServerKind.SOCKET_IO;
import static io.xywebsocket.benchmarks.load.ServerKind.STOMP;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_TOMCAT;

import java.util.List;

/** All rows, in the order in which they are measured. */
final class Rows {

    private Rows() {}

    static List<Row> all() {
        return List.of(
                new CallRow(
                        "calls-d16-batch",
                        64,
                        Payloads.calls(16, true),
                        XY_TOMCAT,
                        XY_JETTY,
                        RAW,
                        JACKSON,
                        STOMP,
                        SOCKET_IO,
                        NETTY),
                new CallRow(
                        "calls-d16-single",
                        64,
                        Payloads.calls(16, false),
                        XY_TOMCAT,
                        XY_JETTY,
                        RAW,
                        JACKSON,
                        STOMP,
                        SOCKET_IO,
                        NETTY),
                new CallRow(
                        "calls-d1",
                        64,
                        Payloads.calls(1, true),
                        XY_TOMCAT,
                        XY_JETTY,
                        RAW,
                        JACKSON,
                        STOMP,
                        SOCKET_IO,
                        NETTY),
                new CallRow(
                        "calls-4k-d4",
                        64,
                        Payloads.calls(Payloads.LARGE, 4, true),
                        XY_TOMCAT,
                        XY_JETTY,
                        RAW,
                        JACKSON,
                        NETTY),
                new CallRow("calls-4k-d4-single", 64, Payloads.calls(Payloads.LARGE, 4, false), XY_TOMCAT, RAW),
                new CallRow("calls-4k-d16", 64, Payloads.calls(Payloads.LARGE, 16, true), XY_TOMCAT, RAW),
                new CallRow(
                        "calls-4k-lines-d4", 64, Payloads.orders(Payloads.LARGE, 4, true), XY_TOMCAT, RAW, JACKSON));
    }
}
