package io.gpuinfer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs take turns, and closing waits for none of them. */
@Timeout(30)
class SessionGateTest {

  private final AtomicInteger disposals = new AtomicInteger();
  private final SessionGate gate = new SessionGate("model", disposals::incrementAndGet);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
  }

  /** A call on a thread of its own. */
  private final class Caller {
    private final FutureTask<String> answer;
    private final Thread thread;

    Caller(RunOptions options, Runnable run) {
      answer =
          new FutureTask<>(
              () ->
                  gate.run(
                      options,
                      () -> {
                        run.run();
                        return "ran";
                      }));
      thread = new Thread(answer);
      thread.start();
    }

    Caller waits() throws InterruptedException {
      while (thread.getState() == Thread.State.RUNNABLE) {
        Thread.sleep(1);
      }
      return this;
    }

    void fails(Class<? extends Exception> type, String message) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
          .havingCause()
          .isInstanceOf(type)
          .withMessageContaining(message);
    }
  }

  /** A run that is inside until the latch is opened. */
  private Caller hang() throws InterruptedException {
    return new Caller(RunOptions.NONE, this::awaitEnd).waits();
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void runsGoInOneByOneInTheOrderInWhichTheyCame() throws Exception {
    List<Integer> order = new CopyOnWriteArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    hang();
    List<Caller> callers = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      callers.add(
          new Caller(
                  RunOptions.NONE,
                  () -> {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    order.add(number);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                  })
              .waits());
    }

    end.countDown();

    for (Caller caller : callers) {
      assertThat(caller.answer.get()).isEqualTo("ran");
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void nobodyWaitsBeyondADeadlineOrAnInterrupt() throws Exception {
    Caller inside = hang();
    Caller late = new Caller(RunOptions.deadline(System.nanoTime() + 20_000_000), () -> {});
    late.fails(DeadlineExceededException.class, "another run");
    Caller interrupted = new Caller(RunOptions.NONE, () -> {}).waits();
    interrupted.thread.interrupt();
    interrupted.fails(DeadlineExceededException.class, "Interrupted");
    Caller patient = new Caller(RunOptions.NONE, () -> {}).waits();

    end.countDown();

    assertThat(inside.answer.get()).isEqualTo("ran");
    assertThat(patient.answer.get()).isEqualTo("ran");
  }

  @Test
  void aFreeGateLetsInWhoeverComes() {
    Thread.currentThread().interrupt();
    try {
      assertThat(gate.<String>run(RunOptions.deadline(System.nanoTime() - 1), () -> "ran"))
          .isEqualTo("ran");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aRunThatFailsLetsTheNextOneIn() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                gate.run(
                    RunOptions.NONE,
                    () -> {
                      throw new IllegalStateException("no");
                    }));

    assertThat(gate.<Integer>run(RunOptions.NONE, () -> 1)).isEqualTo(1);
  }

  @Test
  void closingDisposesOnceAndRefusesRuns() {
    gate.close();
    gate.close();

    assertThat(disposals).hasValue(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> gate.run(RunOptions.NONE, () -> 1))
        .withMessage("The session of 'model' is closed");
    assertThat(disposals).hasValue(1);
  }

  @Test
  void closingWaitsForNobodyAndTheLastOneInsideDisposes() throws Exception {
    Caller inside = hang();
    Caller waiting = new Caller(RunOptions.NONE, () -> {}).waits();

    gate.close();

    waiting.fails(IllegalStateException.class, "closed");
    assertThatIllegalStateException().isThrownBy(() -> gate.run(RunOptions.NONE, () -> 1));
    gate.close();
    assertThat(disposals).hasValue(0);
    end.countDown();
    assertThat(inside.answer.get()).isEqualTo("ran");
    inside.thread.join();
    assertThat(disposals).hasValue(1);
  }

  @Test
  void aRunThatClosesItsOwnSessionGoesOnToItsEnd() {
    int before =
        gate.run(
            RunOptions.NONE,
            () -> {
              gate.close();
              return disposals.get();
            });

    assertThat(before).isZero();
    assertThat(disposals).hasValue(1);
  }

  @Test
  void aFailureToDisposeHarmsNoRun() {
    SessionGate broken =
        new SessionGate(
            "model",
            () -> {
              throw new IllegalStateException("cannot");
            });

    String answer =
        broken.run(
            RunOptions.NONE,
            () -> {
              broken.close();
              return "ran";
            });

    assertThat(answer).isEqualTo("ran");
  }

  @Test
  void whateverRunsAndClosesMeetItIsDisposedOfOnce() throws Exception {
    for (int round = 0; round < 300; round++) {
      AtomicInteger disposed = new AtomicInteger();
      AtomicInteger inside = new AtomicInteger();
      SessionGate racing =
          new SessionGate(
              "model",
              () -> {
                assertThat(inside).hasValue(0);
                disposed.incrementAndGet();
              });
      CountDownLatch start = new CountDownLatch(1);
      List<FutureTask<Integer>> callers = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean closes = i == 0;
        FutureTask<Integer> caller =
            new FutureTask<>(
                () -> {
                  start.await();
                  if (closes) {
                    racing.close();
                    return 0;
                  }
                  try {
                    return racing.run(
                        RunOptions.NONE,
                        () -> {
                          inside.incrementAndGet();
                          Thread.onSpinWait();
                          return inside.decrementAndGet();
                        });
                  } catch (IllegalStateException e) {
                    return 0; // closed before
                  }
                });
        callers.add(caller);
        new Thread(caller).start();
      }
      start.countDown();
      for (FutureTask<Integer> caller : callers) {
        assertThat(caller.get()).isZero();
      }
      assertThat(disposed).hasValue(1);
    }
  }
}
