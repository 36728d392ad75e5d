package io.xywebsocket.benchmarks.jmh;

import io.xywebsocket.XyJson;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.spring.json.Jackson3Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import tools.jackson.databind.json.JsonMapper;

/** Payloads to Java values and back, by either Jackson. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BindingBenchmarks {

    @Param({"2", "3"})
    public int jackson;

    @Param({"100", "4096"})
    public int size;

    private XyJson json = XyJson.plain();
    private Item item = Item.ofCallSize(100);
    private byte[] payload = {};

    @Setup
    public void makePayload() {
        json = jackson == 3 ? Jackson3Json.of(JsonMapper.builder().build()) : XyJson.plain();
        item = Item.ofCallSize(size);
        payload = json.write(item).getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public @Nullable Object read() {
        return json.read(payload, 0, payload.length, Item.class);
    }

    @Benchmark
    public JsonBuffer write() throws IOException {
        JsonBuffer written = new JsonBuffer(payload.length);
        json.write(item, written);
        return written;
    }
}
