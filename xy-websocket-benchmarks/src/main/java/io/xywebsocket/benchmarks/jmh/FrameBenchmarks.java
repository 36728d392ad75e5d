package io.xywebsocket.benchmarks.jmh;

import io.xywebsocket.XyJson;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.protocol.Prefixes;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Bytes to frames and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmarks {

    private static final String ID = "\"V1StGXR8_Z5jdHi6B-my10\"";

    @Param({"100", "4096"})
    public int size;

    private final FrameDecoder decoder = new FrameDecoder(Prefixes.DEFAULT);
    private final FrameEncoder encoder = new FrameEncoder(Prefixes.DEFAULT);
    private byte[] payload = {};
    private byte[] call = {};
    private byte[] answer = {};
    private byte[] event = {};

    @Setup
    public void makeMessages() {
        payload = XyJson.plain().write(Item.ofCallSize(size)).getBytes(StandardCharsets.UTF_8);
        call = encoder.call("echo", FrameEncoder.Payload.ofNullable(payload), ID, 0)
                .toByteArray();
        answer = encoder.resolve("echo", ID, FrameEncoder.Payload.ofNullable(payload))
                .toByteArray();
        event = encoder.event("note", FrameEncoder.Payload.ofNullable(payload)).toByteArray();
    }

    @Benchmark
    public Frame decodeCall() throws MalformedFrameException {
        return decoder.decode(call, 0, call.length);
    }

    @Benchmark
    public Frame decodeAnswer() throws MalformedFrameException {
        return decoder.decode(answer, 0, answer.length);
    }

    @Benchmark
    public Frame decodeEvent() throws MalformedFrameException {
        return decoder.decode(event, 0, event.length);
    }

    @Benchmark
    public JsonBuffer encodeAnswer() {
        return encoder.resolve("echo", ID, FrameEncoder.Payload.ofNullable(payload));
    }

    @Benchmark
    public JsonBuffer encodeEvent() {
        return encoder.event("changed", FrameEncoder.Payload.ofNullable(payload));
    }
}
