package io.xywebsocket.benchmarks.load.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A town of peers that come, stay for a while, do what peers do, good and bad, and go. To be called about every
 * millisecond; belongs to the generator's thread.
 */
public final class Residents implements Runnable {

    private static final int COMING_PER_TICK = 4;
    private static final long TICK = 5_000_000;

    /** What has happened to them. */
    public record Chronicle(int present, long come, long answers, long answered, Map<String, Long> faults) {}

    private final Generator generator;
    private final Connection.Target reading;
    private final Connection.Target deaf;
    private final Random random;
    private final List<Resident> residents = new ArrayList<>();
    private final Map<String, Long> faults = new LinkedHashMap<>();
    private int wanted;
    private long nextTick;
    private long come;
    long answers;
    long answered;

    /**
     * @param reading  where they connect to
     * @param deaf     where those connect to who will stop reading
     * @param seed     of everything that is left to chance
     */
    public Residents(Generator generator, Connection.Target reading, Connection.Target deaf, long seed) {
        this.generator = generator;
        this.reading = reading;
        this.deaf = deaf;
        this.random = new Random(seed);
    }

    /** From now on there are to be so many; with 0 everybody leaves. */
    public void become(int size) {
        wanted = size;
        if (size == 0) {
            residents.forEach(Resident::leave);
        }
    }

    /** So far. */
    public Chronicle chronicle() {
        return new Chronicle(residents.size(), come, answers, answered, Map.copyOf(faults));
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        if (now - nextTick < 0) {
            return;
        }
        nextTick = now + TICK;
        for (int i = 0; i < COMING_PER_TICK && residents.size() < wanted; i++) {
            arrive();
        }
        for (Iterator<Resident> all = residents.iterator(); all.hasNext(); ) {
            Resident resident = all.next();
            if (resident.isGone()) {
                all.remove();
            } else {
                resident.live(now);
            }
        }
    }

    private void arrive() {
        Manner manner = Manner.any(random);
        Resident resident = new Resident(this, manner, random);
        try {
            Connection connection =
                    new Connection(generator, manner == Manner.DEAF ? deaf : reading, (int) come, resident::arrived);
            resident.moveIn(connection);
            residents.add(resident);
            come++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void fault(String what) {
        faults.merge(what, 1L, Long::sum);
    }
}
