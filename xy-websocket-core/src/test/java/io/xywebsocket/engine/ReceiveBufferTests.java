package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiveBufferTests {

    private final RecordingTransport transport = new RecordingTransport();
    private final ReceivedBytes receivedBytes = new ReceivedBytes(Long.MAX_VALUE, List.of(), new ManualClock());
    private final ReceiveBuffer receiveBuffer = new ReceiveBuffer(transport, 1000, receivedBytes);

    @Test
    void pausesWhenItIsFullAndReadsOnWhenItIsHalfEmpty() {
        assertThat(receiveBuffer.admit(600, false)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
        assertThat(receiveBuffer.admit(400, false)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
        assertThat(transport.isPaused()).isFalse();
        assertThat(receiveBuffer.admit(1, false)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
        assertThat(transport.isPaused()).isTrue();
        receiveBuffer.release(500);
        assertThat(transport.isPaused()).isTrue();
        receiveBuffer.release(1);
        assertThat(transport.isPaused()).isFalse();
        assertThat(receiveBuffer.buffered()).isEqualTo(500);
    }

    @Test
    void refusesCallsBeyondTheBound() {
        receiveBuffer.admit(900, true);
        assertThat(receiveBuffer.admit(101, true)).isEqualTo(ReceiveBuffer.Admission.FULL);
        assertThat(receiveBuffer.buffered()).isEqualTo(900);
        assertThat(transport.isPaused()).isTrue();
    }

    @Test
    void takesASingleMessageHoweverLarge() {
        assertThat(receiveBuffer.admit(1500, true)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
    }

    @Test
    void doesNotPauseWhileAnAnswerIsAwaited() {
        receiveBuffer.addAwaited(1);
        assertThat(receiveBuffer.admit(1000, false)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
        assertThat(receiveBuffer.admit(1000, false)).isEqualTo(ReceiveBuffer.Admission.TAKEN);
        assertThat(transport.isPaused()).isFalse();
        assertThat(receiveBuffer.admit(1, true)).isEqualTo(ReceiveBuffer.Admission.FULL);
        assertThat(receiveBuffer.admit(1, false)).isEqualTo(ReceiveBuffer.Admission.VIOLATION);
        receiveBuffer.addAwaited(-1);
        assertThat(transport.isPaused()).isTrue();
        receiveBuffer.addAwaited(1);
        assertThat(transport.isPaused()).isFalse();
    }

    @Test
    void remembersAPauseBetweenTwoChecks() {
        assertThat(receiveBuffer.hasPaused()).isFalse();
        overflow();
        receiveBuffer.release(2000);
        assertThat(receiveBuffer.hasPaused()).isTrue();
        assertThat(receiveBuffer.hasPaused()).isFalse();
        overflow();
        assertThat(receiveBuffer.hasPaused()).isTrue();
        assertThat(receiveBuffer.hasPaused()).isTrue();
    }

    @Test
    void pausesNoMoreOnceItReadsOn() {
        overflow();
        receiveBuffer.keepReading();
        assertThat(transport.isPaused()).isFalse();
        overflow();
        assertThat(transport.isPaused()).isFalse();
    }

    @Test
    void countsBeyondWhatAnIntHolds() {
        ReceiveBuffer large = new ReceiveBuffer(transport, Integer.MAX_VALUE, receivedBytes);
        large.admit(1 << 30, false);
        large.admit(1 << 30, false);
        assertThat(transport.isPaused()).isTrue();
        large.release(1 << 30);
        assertThat(large.buffered()).isEqualTo(1 << 30);
        assertThat(large.admit(1 << 30, true)).isEqualTo(ReceiveBuffer.Admission.FULL);
    }

    private void overflow() {
        receiveBuffer.admit(1000, false);
        receiveBuffer.admit(1000, false);
    }
}
