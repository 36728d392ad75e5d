package io.xywebsocket.benchmarks.load.servers;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.ObjectName;

/** Carries out the runner's commands. */
final class Control {

    private static final Set<String> ENTRIES =
            Set.of("java.util.HashMap$Node", "java.util.concurrent.ConcurrentHashMap$Node");
    private static final Set<String> TOMCATS = Set.of("org.apache.coyote.http11.upgrade.UpgradeInfo");

    private record LiveClass(String name, long instances, long bytes) {}

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
                case "histogram" -> Long.toString(bytes(liveClasses(), words[1]));
                case "sample" -> heap() + " " + ownAndEntries() + " " + threadsAndFiles() + " " + server.statistics();
                case "events" -> Long.toString(server.events());
                case "peers" -> Integer.toString(server.peers());
                case "broadcast" -> broadcast(number(words[1]), number(words[2]), number(words[3]));
                case "call" -> call(number(words[1]), number(words[2]));
                case "stop" -> Long.toString(server.stopCalling());
                default -> server.other(words);
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

    /** What the last collection left: what threads have allocated since then would depend on their number. */
    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long left = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            left += usage == null ? 0 : usage.getUsed();
        }
        return left;
    }

    private String threadsAndFiles() {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return threads.getThreadCount() + " " + system.getOpenFileDescriptorCount();
    }

    /**
     * What of ours is kept in the JDK's maps isn't seen among our classes, so the maps' entries are counted as well; except those
     * in which Tomcat remembers connections that have ended, now more and now fewer.
     */
    private static String ownAndEntries() throws JMException {
        List<LiveClass> classes = liveClasses();
        long entries = instances(classes, ENTRIES) - instances(classes, TOMCATS);
        return bytes(classes, "io.xywebsocket.") + " " + entries;
    }

    private static long instances(List<LiveClass> classes, Set<String> names) {
        return classes.stream()
                .filter(type -> names.contains(type.name()))
                .mapToLong(LiveClass::instances)
                .sum();
    }

    /** Bytes of live objects whose class is below a package. */
    private static long bytes(List<LiveClass> classes, String prefix) {
        return classes.stream()
                .filter(type -> type.name().startsWith(prefix))
                .mapToLong(LiveClass::bytes)
                .sum();
    }

    private static List<LiveClass> liveClasses() throws JMException {
        Object text = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return text.toString()
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> columns.length >= 4 && columns[0].matches("\\d+:"))
                .map(columns -> new LiveClass(columns[3], Long.parseLong(columns[1]), Long.parseLong(columns[2])))
                .toList();
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
