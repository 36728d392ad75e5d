package io.xywebsocket.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, as Linux counts it.
 *
 * @param nanos  when that was
 * @param user   seconds of CPU in the program
 * @param system seconds of CPU in the kernel on the program's behalf
 * @param writes calls that write
 */
record Usage(long nanos, double user, double system, long writes) {

    private static final double TICKS_PER_SECOND = 100; // of every Linux that runs a JVM

    static Usage of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new Usage(
                    System.nanoTime(),
                    Long.parseLong(fields[11]) / TICKS_PER_SECOND,
                    Long.parseLong(fields[12]) / TICKS_PER_SECOND,
                    number(process.resolve("io"), "syscw:"));
        } catch (IOException e) {
            throw new UncheckedIOException("The load run needs Linux", e);
        }
    }

    /** Both together, at the later moment. */
    Usage plus(Usage other) {
        return new Usage(Math.max(nanos, other.nanos), user + other.user, system + other.system, writes + other.writes);
    }

    /** The resident memory of a process in bytes. */
    static long resident(long pid) {
        try {
            return number(Path.of("/proc", Long.toString(pid), "status"), "VmRSS:") * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException("The load run needs Linux", e);
        }
    }

    private static long number(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(
                        line.substring(name.length()).replace("kB", "").trim()))
                .findFirst()
                .orElseThrow();
    }
}
