package io.xywebsocket.benchmarks.load.servers;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** Carries out the runner's commands. */
final class Control {

    private final LoadServer server;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> allocatedByThread = new HashMap<>();
    private long allocated;

    Control(LoadServer server) {
        this.server = server;
    }

    String run(String command) {
        String[] words = command.split(" ");
        try {
            return switch (words[0]) {
                case "allocated" -> Long.toString(allocated());
                case "heap" -> Long.toString(heap());
                case "histogram" -> Long.toString(histogram(words[1]));
                case "sample" ->
                    heap() + " " + histogram("io.xywebsocket.") + " " + threadsAndFiles() + " " + server.statistics();
                case "events" -> Long.toString(server.events());
                case "peers" -> Integer.toString(server.peers());
                case "broadcast" -> broadcast(number(words[1]), number(words[2]), number(words[3]));
                case "call" -> call(number(words[1]), number(words[2]));
                case "stop" -> Long.toString(server.stopCalling());
                default -> "unknown " + command;
            };
        } catch (RuntimeException | JMException e) {
            return "failed " + e;
        }
    }

    /** All bytes that threads have allocated; what a thread allocates between the last look at it and its end is missed. */
    private long allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] > 0) {
                Long before = allocatedByThread.put(ids[i], bytes[i]);
                allocated += bytes[i] - (before == null ? 0 : before);
            }
        }
        return allocated;
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private String threadsAndFiles() {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return threads.getThreadCount() + " " + system.getOpenFileDescriptorCount();
    }

    /** Bytes of live objects whose class is below a package. */
    private static long histogram(String prefix) throws JMException {
        Object text = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return text.toString()
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length >= 4 && columns[3].startsWith(prefix))
                .mapToLong(columns -> Long.parseLong(columns[2]))
                .sum();
    }

    private String broadcast(int times, int firstId, int noteLength) {
        for (int i = 0; i < times; i++) {
            server.broadcast(firstId + i, noteLength);
        }
        return "done";
    }

    private String call(int depth, int noteLength) {
        server.startCalling(depth, noteLength);
        return "calling";
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }
}
