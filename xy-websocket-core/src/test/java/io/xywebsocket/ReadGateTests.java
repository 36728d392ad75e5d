package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadGateTests {

    private final RecordingTransport transport = new RecordingTransport();
    private final Received received = new Received(Long.MAX_VALUE, List.of(), new ManualClock());
    private final ReadGate gate = new ReadGate(transport, 1000, received);

    @Test
    void pausesWhenItIsFullAndReadsOnWhenItIsHalfEmpty() {
        assertThat(gate.admit(600, false)).isEqualTo(ReadGate.Admission.TAKEN);
        assertThat(gate.admit(400, false)).isEqualTo(ReadGate.Admission.TAKEN);
        assertThat(transport.isPaused()).isFalse();
        assertThat(gate.admit(1, false)).isEqualTo(ReadGate.Admission.TAKEN);
        assertThat(transport.isPaused()).isTrue();
        gate.release(500);
        assertThat(transport.isPaused()).isTrue();
        gate.release(1);
        assertThat(transport.isPaused()).isFalse();
        assertThat(gate.buffered()).isEqualTo(500);
    }

    @Test
    void refusesCallsBeyondTheBound() {
        gate.admit(900, true);
        assertThat(gate.admit(101, true)).isEqualTo(ReadGate.Admission.FULL);
        assertThat(gate.buffered()).isEqualTo(900);
        assertThat(transport.isPaused()).isTrue();
    }

    @Test
    void takesASingleMessageHoweverLarge() {
        assertThat(gate.admit(1500, true)).isEqualTo(ReadGate.Admission.TAKEN);
    }

    @Test
    void doesNotPauseWhileAnAnswerIsAwaited() {
        gate.awaiting(1);
        assertThat(gate.admit(1000, false)).isEqualTo(ReadGate.Admission.TAKEN);
        assertThat(gate.admit(1000, false)).isEqualTo(ReadGate.Admission.TAKEN);
        assertThat(transport.isPaused()).isFalse();
        assertThat(gate.admit(1, true)).isEqualTo(ReadGate.Admission.FULL);
        assertThat(gate.admit(1, false)).isEqualTo(ReadGate.Admission.BROKEN);
        gate.awaiting(-1);
        assertThat(transport.isPaused()).isTrue();
        gate.awaiting(1);
        assertThat(transport.isPaused()).isFalse();
    }

    @Test
    void remembersAPauseBetweenTwoChecks() {
        assertThat(gate.wasPaused()).isFalse();
        overflow();
        gate.release(2000);
        assertThat(gate.wasPaused()).isTrue();
        assertThat(gate.wasPaused()).isFalse();
        overflow();
        assertThat(gate.wasPaused()).isTrue();
        assertThat(gate.wasPaused()).isTrue();
    }

    @Test
    void pausesNoMoreOnceItReadsOn() {
        overflow();
        gate.readOn();
        assertThat(transport.isPaused()).isFalse();
        overflow();
        assertThat(transport.isPaused()).isFalse();
    }

    @Test
    void countsBeyondWhatAnIntHolds() {
        ReadGate large = new ReadGate(transport, Integer.MAX_VALUE, received);
        large.admit(1 << 30, false);
        large.admit(1 << 30, false);
        assertThat(transport.isPaused()).isTrue();
        large.release(1 << 30);
        assertThat(large.buffered()).isEqualTo(1 << 30);
        assertThat(large.admit(1 << 30, true)).isEqualTo(ReadGate.Admission.FULL);
    }

    private void overflow() {
        gate.admit(1000, false);
        gate.admit(1000, false);
    }
}
