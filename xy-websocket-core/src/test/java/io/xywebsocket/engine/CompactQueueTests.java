package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class CompactQueueTests {

    /** Beside the JDK's queue, with few items and with many. */
    @RepeatedTest(20)
    void isAQueue(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        int adding = 3 + random.nextInt(6); // of ten
        int largest = 0;
        CompactQueue<Integer> backlog = new CompactQueue<>();
        Queue<Integer> expected = new ArrayDeque<>();
        for (int i = 0; i < 2000; i++) {
            int divisor = 2 + random.nextInt(3);
            switch (random.nextInt(600)) {
                case 0 -> {
                    backlog.removeIf(item -> item % divisor == 0);
                    expected.removeIf(item -> item % divisor == 0);
                }
                case 1 -> {
                    List<Integer> wanted = new ArrayList<>(expected);
                    wanted.removeIf(item -> item % divisor != 0);
                    expected.removeAll(wanted);
                    assertThat(backlog.takeIf(item -> item % divisor == 0)).isEqualTo(wanted);
                }
                case 2 -> {
                    assertThat(backlog.takeAll()).isEqualTo(new ArrayList<>(expected));
                    expected.clear();
                }
                default -> {
                    if (random.nextInt(10) < adding) {
                        backlog.add(i);
                        expected.add(i);
                    } else {
                        assertThat(backlog.poll()).isEqualTo(expected.poll());
                    }
                }
            }
            largest = Math.max(largest, backlog.size());
            assertThat(backlog.peek()).isEqualTo(expected.peek());
            assertThat(backlog.size()).isEqualTo(expected.size());
            assertThat(backlog.isEmpty()).isEqualTo(expected.isEmpty());
        }
        assertThat(largest).isGreaterThan(adding > 5 ? 100 : 1);
        backlog.clear();
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.poll()).isNull();
    }
}
