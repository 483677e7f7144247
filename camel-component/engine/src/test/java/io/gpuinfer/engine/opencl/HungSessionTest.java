package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever asks a session or closes it does not wait for a run that may never come back. */
@Timeout(60)
class HungSessionTest {

  private static final Map<String, Tensor> INPUTS =
      Map.of("x", new RandomTensors(2).normal(2, 1024));

  /** Room for one of the models, but not for two. */
  private final OpenClEngine engine = new OpenClEngine(12L << 20);

  private final FaultDrill drill = new FaultDrill();
  private InferenceSession session;
  private SessionDescription loaded;
  private Map<String, Tensor> expected;

  /** A product with 4 MiB of weights of its own. */
  private static ModelSource model(int seed) {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 1024);
    String weights = model.constant(new RandomTensors(seed).normal(1024, 1024));
    model.output(model.node("MatMul", x, weights).value(), DataType.FLOAT32);
    return model.source();
  }

  @BeforeEach
  void load() {
    session = engine.load(model(1), LoadOptions.builder().drill(drill).build());
    expected = session.run(INPUTS);
    loaded = session.describe();
  }

  @AfterEach
  void close() {
    drill.stop();
    session.close();
  }

  private FutureTask<Map<String, Tensor>> start(RunOptions options) {
    FutureTask<Map<String, Tensor>> run = new FutureTask<>(() -> session.run(INPUTS, options));
    Thread thread = new Thread(run);
    thread.start();
    while (thread.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait(); // it is about to hang, or to wait for one that does
    }
    return run;
  }

  private static void fails(FutureTask<?> run, Class<? extends Exception> type) {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(run::get)
        .withCauseInstanceOf(type);
  }

  @Test
  void aSessionDescribesItselfWhileARunHangs() {
    drill.hang();
    FutureTask<?> hung = start(RunOptions.NONE);

    assertThat(session.describe()).isEqualTo(loaded);
    assertThat(loaded.deviceShare()).isEqualTo(1.0);
    assertThat(loaded.plans()).isNotEmpty();

    drill.stop();
    fails(hung, DeviceOfflineException.class);
    assertThat(session.describe().deviceShare()).isZero();
    assertThat(session.run(INPUTS)).isEqualTo(expected);
    assertThat(session.describe()).isEqualTo(loaded);
  }

  @Test
  void aSessionDescribesItselfFromWithinARun() {
    AtomicInteger asked = new AtomicInteger();
    session.run(
        INPUTS,
        new RunOptions(
            Long.MAX_VALUE,
            () -> {
              asked.incrementAndGet();
              assertThat(session.describe()).isEqualTo(loaded);
              return false;
            }));

    assertThat(asked.get()).isPositive();
  }

  @Test
  void aRequestThatIsRefusedChangesNoDescription() {
    assertThatThrownBy(() -> session.run(Map.of())).hasMessageContaining("missing");

    assertThat(session.describe()).isEqualTo(loaded);
  }

  @Test
  void nobodyWaitsForAHungRunBeyondTheDeadline() {
    drill.hang();
    FutureTask<?> hung = start(RunOptions.NONE);
    RunOptions soon = RunOptions.deadline(System.nanoTime() + Duration.ofMillis(30).toNanos());

    assertThatExceptionOfType(DeadlineExceededException.class)
        .isThrownBy(() -> session.run(INPUTS, soon))
        .withMessageContaining("another run");

    drill.stop();
    fails(hung, DeviceOfflineException.class);
  }

  @Test
  void closingReturnsAtOnceAndMemoryComesBackWithTheHungRun() throws Exception {
    drill.hang();
    FutureTask<?> hung = start(RunOptions.NONE);
    FutureTask<?> waiting = start(RunOptions.NONE);

    session.close();

    fails(waiting, IllegalStateException.class);
    assertThatThrownBy(() -> session.run(INPUTS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(session.describe().weightBytes()).isEqualTo(loaded.weightBytes());
    assertThat(engine.modelCount()).isEqualTo(1);
    assertThatThrownBy(() -> engine.load(model(2), LoadOptions.DEFAULT))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("other models hold");

    drill.stop();

    fails(hung, DeviceOfflineException.class); // it has left, and taken its memory along
    assertThat(engine.modelCount()).isZero();
    engine.load(model(2), LoadOptions.DEFAULT).close();
  }

  @Test
  void aRunThatIsUnderWayEndsWellThoughItsSessionIsClosed() {
    Map<String, Tensor> answer =
        session.run(
            INPUTS,
            new RunOptions(
                Long.MAX_VALUE,
                () -> {
                  session.close();
                  return false;
                }));

    assertThat(answer).isEqualTo(expected);
    assertThat(engine.modelCount()).isZero();
    assertThatThrownBy(() -> session.run(INPUTS)).isInstanceOf(IllegalStateException.class);
  }
}
