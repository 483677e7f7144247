package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that fails, hangs or is slow on purpose does so until it is told to stop. */
@Timeout(60)
class FaultDrillTest {

  private static final Map<String, Tensor> INPUTS =
      Map.of("x", new RandomTensors(4).normal(200, 512));

  private final FaultDrill drill = new FaultDrill();
  private InferenceSession session;
  private Map<String, Tensor> expected;

  @BeforeEach
  void load() {
    ModelBuilder model = new ModelBuilder(13);
    String value = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 512);
    String weights = model.constant(new RandomTensors(3).uniform(-0.07f, 0.07f, 512, 512));
    for (int i = 0; i < 40; i++) { // many native calls
      value = model.node("Tanh", model.node("MatMul", value, weights).value()).value();
    }
    model.output(value, DataType.FLOAT32);
    session = new OpenClEngine().load(model.source(), LoadOptions.builder().drill(drill).build());
    expected = session.run(INPUTS);
  }

  @AfterEach
  void close() {
    drill.stop();
    session.close();
  }

  /** A run on a thread of its own. */
  private final class Run {
    private final FutureTask<Execution> answer;
    private final Thread thread;
    private volatile boolean interrupted;

    Run(RunOptions options) {
      answer = new FutureTask<>(() -> execute(options));
      thread = new Thread(answer);
      thread.start();
    }

    private Execution execute(RunOptions options) {
      try {
        return session.execute(INPUTS, options).execution();
      } finally {
        interrupted = Thread.currentThread().isInterrupted();
      }
    }

    void hangs() throws InterruptedException {
      while (thread.getState() == Thread.State.RUNNABLE) {
        Thread.sleep(1);
      }
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS));
    }

    void fails() {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(answer::get)
          .havingCause()
          .isInstanceOf(DeviceOfflineException.class)
          .withMessageContaining("hung");
    }
  }

  @Test
  void aHangingRunPassesItsDeadlineAndFailsWhenTheDrillIsStopped() throws Exception {
    for (int i = 0; i < 2; i++) {
      drill.hang();
      assertThat(drill.isActive()).isTrue();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      Run run = new Run(RunOptions.deadline(deadline));
      while (System.nanoTime() <= deadline) {
        Thread.sleep(10);
      }
      run.hangs();

      drill.stop();

      run.fails();
      assertThat(drill.isActive()).isFalse();
      assertThat(session.run(INPUTS)).isEqualTo(expected);
    }
  }

  @Test
  void aRunThatIsUnderWayHangsAtItsNextLaunch() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Run run =
        new Run(
            new RunOptions(
                Long.MAX_VALUE,
                () -> {
                  if (asked.incrementAndGet() == 2) {
                    drill.hang();
                  }
                  return false;
                }));
    run.hangs();

    drill.stop();

    run.fails();
    assertThat(asked).hasValue(2);
    assertThat(session.describe().deviceShare()).isBetween(1e-6, 0.99);
    assertThat(session.run(INPUTS)).isEqualTo(expected);
  }

  @Test
  void nothingButTheDrillsEndLetsARunGo() throws Exception {
    drill.hang();
    Run run = new Run(RunOptions.NONE);
    run.hangs();

    run.thread.interrupt();
    drill.hang(); // it does already
    run.hangs();

    drill.start();

    run.fails();
    assertThat(run.interrupted).isTrue();
    assertThatThrownBy(() -> session.run(INPUTS))
        .isInstanceOfSatisfying(
            DeviceOfflineException.class, e -> assertThat(e.status()).isEqualTo(-54));
  }

  @Test
  void aSlowDeviceTakesLongerAndAnswersTheSame() {
    drill.slow(Duration.ofSeconds(2));
    assertThat(drill.isActive()).isTrue();

    for (int i = 0; i < 2; i++) {
      Execution slow = session.execute(INPUTS, RunOptions.NONE).execution();

      // Once for the run, and not for each of its launches.
      assertThat(slow.computeNanos()).isBetween(2_000_000_000L, 4_000_000_000L);
    }
    assertThat(session.run(INPUTS)).isEqualTo(expected);
    drill.stop();
    assertThat(session.execute(INPUTS, RunOptions.NONE).execution().computeNanos())
        .isLessThan(2_000_000_000L);
  }

  @Test
  void aSlowRunGoesOnWhenTheDrillIsStopped() throws Exception {
    drill.slow(Duration.ofDays(1));
    Run run = new Run(RunOptions.NONE);
    run.hangs();

    drill.stop();

    assertThat(run.answer.get().executedFlops()).isEqualTo(session.describe().flops());
  }

  @Test
  void noRunIsMadeShorter() {
    assertThatIllegalArgumentException().isThrownBy(() -> drill.slow(Duration.ofMillis(-1)));
    assertThat(drill.isActive()).isFalse();
  }
}
