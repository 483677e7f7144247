package io.gpuinfer.tasks.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.sun.management.ThreadMXBean;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.kernel.FloatKernel;
import io.gpuinfer.engine.kernel.Input;
import io.gpuinfer.engine.kernel.KernelSource;
import io.gpuinfer.engine.kernel.Output;
import io.gpuinfer.engine.kernel.RouteKernel;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.ServingOptions;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskFactory;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTaskTest {

  private static final ExecutorService WORKERS = Executors.newFixedThreadPool(2);
  private static final TaskFactory FACTORY = new TaskFactory(DevicePolicy.installed());

  /** Two arrays and a number in, two arrays out. */
  public static class Shifted extends Kernel implements RouteKernel {
    @Input protected float[] numbers;
    @Input protected int[] counts;
    @Input protected int by;
    @Output protected float[] moved;
    @Output protected int[] counted;

    @Override
    public Range prepare() {
      if (numbers.length != counts.length) {
        throw new InvalidInputException("numbers and counts must be of one length");
      }
      moved = new float[numbers.length];
      counted = new int[numbers.length];
      return Range.create(numbers.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      moved[i] = numbers[i] + by;
      counted[i] = counts[i] * by;
    }
  }

  /** Uses a Java object, so it cannot be translated. */
  public static class Formatted extends Kernel implements RouteKernel {
    @Input protected int[] numbers;
    @Output protected int[] digits;

    @Override
    public Range prepare() {
      digits = new int[numbers.length];
      return Range.create(numbers.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      digits[i] = Integer.toString(numbers[i]).length();
    }
  }

  /** Takes as many steps as it is told, each of which needs the one before. */
  public static class Slow extends Kernel implements RouteKernel {
    @Input protected int steps;
    @Output protected int[] state;

    @Override
    public Range prepare() {
      state = new int[1];
      return Range.create(1);
    }

    @Override
    public void run() {
      int x = 1;
      for (int i = 0; i < steps; i++) {
        x = x * 1664525 + 1013904223 + (x >>> 16);
      }
      state[getGlobalId()] = x;
    }
  }

  /** Cannot be made for a while. */
  public static class Moody extends Shifted {
    static final AtomicInteger REFUSALS = new AtomicInteger();

    public Moody() {
      if (REFUSALS.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("not now");
      }
    }
  }

  @AfterAll
  static void stop() {
    WORKERS.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl", "cpu"})
  void shouldAnswerAMapWithAMap(String device) {
    try (Task task = task(Shifted.class, device)) {
      TaskResult result =
          run(task, Map.of("numbers", new float[] {1, 2}, "counts", new int[] {3, 4}, "by", 10));

      Map<?, ?> answer = (Map<?, ?>) result.value();
      assertThat(answer.keySet()).hasToString("[moved, counted]");
      assertThat((float[]) answer.get("moved")).containsExactly(11, 12);
      assertThat((int[]) answer.get("counted")).containsExactly(30, 40);
      assertThat(task.type()).isEqualTo(TaskType.KERNEL);
      assertThat(result.device().kind() == DeviceKind.HOST_CPU).isEqualTo(device.equals("cpu"));
      assertThat(result.details().containsKey(KernelTask.CONVERSION_MILLIS))
          .isEqualTo(device.equals("opencl"));
      assertThat(result.state()).isEqualTo(ServerState.STABLE);
    }
  }

  @Test
  void shouldTakeListsAndNumbersOfJsonAndTensors() {
    try (Task task = task(Shifted.class, "opencl")) {
      TaskResult result =
          run(
              task,
              Map.of(
                  "numbers", List.of(1, 2.5),
                  "counts", Tensor.of(new int[] {3, 4}, 1, 2),
                  "by", Tensor.of(new int[] {2}, 1)));

      assertThat((float[]) ((Map<?, ?>) result.value()).get("moved")).containsExactly(3, 4.5f);
      assertThat((int[]) ((Map<?, ?>) result.value()).get("counted")).containsExactly(6, 8);
    }
  }

  @Test
  void shouldAnswerAnArrayWithAnArray() {
    KernelSource square =
        KernelSource.ofInstance(
            new FloatKernel() {
              @Override
              public float apply(float[] in, int i) {
                return in[i] * in[i];
              }
            });
    try (Task task = task(square, options("opencl").build())) {
      assertThat((float[]) run(task, new float[] {1, -3}).value()).containsExactly(1, 9);
      assertThat((float[]) run(task, List.of(2, 4)).value()).containsExactly(4, 16);
    }
  }

  @Test
  void shouldRefuseWhatIsNoInput() {
    try (Task task = task(Shifted.class, "opencl")) {
      float[] numbers = {1};
      int[] counts = {1};
      refuses(task, numbers, "3 inputs ([numbers, counts, by]): send a map");
      refuses(task, Map.of("numbers", numbers, "counts", counts), "\"by\" is missing");
      refuses(task, Map.of("number", numbers), "no input 'number', only [numbers, counts, by]");
      refuses(task, Map.of("numbers", counts), "'numbers' takes float[], not int[]");
      refuses(task, Map.of("numbers", "1, 2"), "'numbers' takes float[], not String");
      refuses(task, Map.of("numbers", List.of("1")), "its list holds String");
      refuses(task, Map.of("numbers", List.of()), "an empty list");
      refuses(task, Map.of("by", 1.5), "is 1.5, which INT32 does not hold");
      refuses(task, Map.of("by", 1L << 33), "which INT32 does not hold");
      refuses(task, Map.of("by", counts), "'by' takes a number, not int[]");
      refuses(task, Map.of("numbers", new float[2], "counts", counts, "by", 1), "be of one length");
      assertThat(task.servers().get(0).state()).isEqualTo(ServerState.STABLE);
    }
  }

  @Test
  void shouldNeverRunElsewhereThanOnTheDevice() {
    assertThatThrownBy(() -> task(Formatted.class, "opencl"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("KernelTaskTest$Formatted cannot be translated")
        .hasMessageContaining("java.lang.Integer.toString: ")
        .hasMessageContaining("device=auto");
    assertThatThrownBy(() -> task(Formatted.class, "0,auto"))
        .isInstanceOf(UnsupportedModelException.class);
    assertThatThrownBy(() -> task(Shifted.class, "no such device"))
        .isInstanceOf(DeviceOfflineException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu"})
  void shouldRunOnJavaThreadsWhereThatIsAllowedAndSaySo(String device) {
    try (Task task = task(Formatted.class, device)) {
      TaskResult result = run(task, new int[] {7, -128});

      assertThat((int[]) result.value()).containsExactly(1, 4);
      assertThat(result.device().name()).startsWith("Java threads");
      assertThat(task.servers().get(0).describe().engine()).isEqualTo("java");
    }
  }

  @Test
  void shouldTellWhatAKernelThrowsAndServeOn() {
    try (Task task = task(Formatted.class, "cpu")) {
      assertThatThrownBy(() -> run(task, Map.of("numbers", new int[0])))
          .hasCauseInstanceOf(GpuInferException.class);
      assertThat((int[]) run(task, new int[] {42}).value()).containsExactly(2);
    }
  }

  @Test
  void shouldFailWithItsDeviceAndComeBack() {
    ServingOptions options = options("opencl").build();
    try (Task task = task(KernelSource.ofClass(Shifted.class), options)) {
      Map<String, Object> body =
          Map.of("numbers", new float[] {1}, "counts", new int[] {3}, "by", 10);
      options.drill().start();
      assertThatThrownBy(() -> run(task, body)).hasCauseInstanceOf(DeviceOfflineException.class);
      assertThat(task.servers().get(0).state()).isNotEqualTo(ServerState.STABLE);
      options.drill().stop();

      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> run(task, body).device().kind() != DeviceKind.HOST_CPU);
    }
  }

  /** Where it began on a device, a set-up that fails is tried again there, not on Java threads. */
  @Test
  void shouldComeBackToTheDeviceThatItBeganOn() {
    ServingOptions options = options("auto").build();
    try (Task task = task(KernelSource.ofClass(Moody.class), options)) {
      Map<String, Object> body =
          Map.of("numbers", new float[] {1}, "counts", new int[] {3}, "by", 10);
      DeviceInfo device = run(task, body).device();
      assumeThat(device.kind()).isNotEqualTo(DeviceKind.HOST_CPU);
      Moody.REFUSALS.set(1);
      options.drill().start();
      assertThatThrownBy(() -> run(task, body)).hasCauseInstanceOf(DeviceOfflineException.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> Moody.REFUSALS.get() == 0);
      options.drill().stop();

      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(run(task, body).device()).isEqualTo(device));
    }
  }

  /** A tensor for each number took over a hundred bytes. */
  @Test
  void shouldTakeALongListWithoutMakingMuchOfIt() {
    List<Integer> list = Collections.nCopies(1_000_000, 7);
    KernelInputs inputs = new KernelInputs(List.of(TensorInfo.of("numbers", DataType.FLOAT32, -1)));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    Tensor tensor = inputs.of(list).get("numbers");

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000_000);
    assertThat(tensor.size()).isEqualTo(1_000_000);
    assertThat(tensor.doubleAt(999_999)).isEqualTo(7);
  }

  /** It cannot be ended, so callers are told, and the device is set up anew beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"opencl", "cpu"})
  void shouldNotWaitForAKernelThatDoesNotEnd(String device) {
    ServingOptions options = options(device).watchdog(Duration.ofSeconds(1)).build();
    try (Task task = task(KernelSource.ofClass(Slow.class), options)) {
      CompletableFuture<TaskResult> endless =
          task.submit(700_000_000, TaskCall.of(Priority.NORMAL)).toCompletableFuture();
      long deadline = System.nanoTime() + Duration.ofMillis(500).toNanos();
      TaskCall behind = new TaskCall(Priority.NORMAL, deadline);
      assertThatThrownBy(() -> task.submit(1, behind).toCompletableFuture().join())
          .hasCauseInstanceOf(DeadlineExceededException.class);
      assertThatThrownBy(endless::join)
          .hasCauseInstanceOf(DeviceOfflineException.class)
          .hasMessageContaining("did not answer within");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> task.servers().get(0).instances().get(0).failures() > 0);
      await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> run(task, 3).value() instanceof int[]);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> task.servers().get(0).instances().get(0).hungCalls() == 0);
    }
  }

  @Test
  void shouldRefuseMoreThanMayWait() {
    ServingOptions options = options("cpu").queueCapacity(1).build();
    try (Task task = task(KernelSource.ofClass(Slow.class), options)) {
      List<CompletableFuture<TaskResult>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(task.submit(50_000_000, TaskCall.of(Priority.NORMAL)).toCompletableFuture());
      }
      List<Throwable> refusals = new ArrayList<>();
      for (CompletableFuture<TaskResult> call : calls) {
        try {
          call.join();
        } catch (CompletionException e) {
          refusals.add(e.getCause());
        }
      }
      assertThat(refusals).hasSizeBetween(1, 7).hasOnlyElementsOfType(OverloadedException.class);
    }
  }

  @Test
  void shouldRefuseSettings() {
    ModelEntry entry =
        new ModelEntry("k", "1", "kernel", Map.of(), Map.of("radius", Setting.of("3")));
    assertThatThrownBy(
            () ->
                FACTORY.create(
                    KernelSource.ofClass(Shifted.class),
                    entry,
                    options("cpu").build(),
                    WORKERS,
                    WORKERS))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("radius");
    assertThatThrownBy(
            () -> FACTORY.create(TaskType.KERNEL, entry, options("cpu").build(), WORKERS))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("names none");
  }

  private static void refuses(Task task, Object body, String message) {
    assertThatThrownBy(() -> run(task, body))
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static TaskResult run(Task task, Object body) {
    return task.submit(body, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join();
  }

  private static Task task(Class<?> kernel, String device) {
    return task(KernelSource.ofClass(kernel), options(device).build());
  }

  private static Task task(KernelSource kernel, ServingOptions options) {
    ModelEntry entry = new ModelEntry("mine", "1", "kernel", Map.of(), Map.of());
    return FACTORY.create(kernel, entry, options, WORKERS, WORKERS);
  }

  private static ServingOptions.Builder options(String device) {
    return ServingOptions.builder(device);
  }
}
