package io.gpuinfer.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LookAheadTest {

  /** Counts up to a limit, and fails there if it is told to. */
  private static final class Numbers implements Iterator<Integer>, Closeable {

    private final int limit;
    private final RuntimeException failure;
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean closed;
    private volatile Thread maker;

    Numbers(int limit, RuntimeException failure) {
      this.limit = limit;
      this.failure = failure;
    }

    @Override
    public boolean hasNext() {
      if (made.get() == limit && failure != null) {
        throw failure;
      }
      return made.get() < limit;
    }

    @Override
    public Integer next() {
      maker = Thread.currentThread();
      return made.getAndIncrement();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void shouldGiveEverythingInItsOrderAndCloseTheSource() {
    Numbers numbers = new Numbers(1000, null);

    try (LookAhead<Integer> ahead = LookAhead.of(numbers, 3)) {
      for (int i = 0; i < 1000; i++) {
        assertThat(ahead.next()).isEqualTo(i);
      }
      assertThat(ahead.hasNext()).isFalse();
      assertThatThrownBy(ahead::next).isInstanceOf(NoSuchElementException.class);
      await().until(() -> numbers.closed);
    }
  }

  @Test
  void shouldProduceAheadOnAThreadOfItsOwnAndNoFurtherThanItMay() throws Exception {
    Numbers numbers = new Numbers(1000, null);

    try (LookAhead<Integer> ahead = LookAhead.of(numbers, 3)) {
      await().until(() -> numbers.made.get() == 3);
      for (int taken = 1; taken < 100; taken++) {
        assertThat(ahead.next()).isEqualTo(taken - 1);
        int expected = taken + 3;
        await().until(() -> numbers.made.get() == expected);
        assertThat(numbers.maker).isNotSameAs(Thread.currentThread());
      }
    }
    assertThat(numbers.made.get()).isEqualTo(102);
    assertThat(numbers.closed).isTrue();
    assertThat(numbers.maker.isAlive()).isFalse();
  }

  @Test
  void shouldFailAsTheSourceDoesAfterWhatCameBefore() {
    IllegalStateException failure = new IllegalStateException("damaged");
    Numbers numbers = new Numbers(2, failure);

    try (LookAhead<Integer> ahead = LookAhead.of(numbers, 5)) {
      assertThat(ahead.next()).isEqualTo(0);
      assertThat(ahead.next()).isEqualTo(1);
      assertThatThrownBy(ahead::next).isSameAs(failure);
    }
    assertThat(numbers.closed).isTrue();
  }

  @Test
  void shouldEndWhenItIsClosedInTheMiddle() {
    Numbers numbers = new Numbers(1000, null);
    LookAhead<Integer> ahead = LookAhead.of(numbers, 2);
    ahead.next();

    ahead.close();

    assertThat(numbers.closed).isTrue();
    assertThat(ahead.hasNext()).isFalse();
  }

  @Test
  void shouldNotTurnTheCallersInterruptIntoAnElement() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (LookAhead<Integer> ahead = LookAhead.of(new Stuck(never), 1)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(ahead::hasNext).isInstanceOf(IllegalStateException.class);
      assertThat(Thread.interrupted()).isTrue();
      never.countDown();
    }
  }

  /** A source that waits. */
  private record Stuck(CountDownLatch until) implements Iterator<Integer>, Closeable {

    @Override
    public boolean hasNext() {
      try {
        until.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return false;
    }

    @Override
    public Integer next() {
      throw new NoSuchElementException();
    }

    @Override
    public void close() {}
  }
}
