package io.gpuinfer.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryWatchTest {

  @TempDir Path root;

  private final List<String> news = new CopyOnWriteArrayList<>();
  private volatile boolean takesNews = true;
  private RepositoryWatch watch;

  private final RepositoryWatch.Listener listener =
      new RepositoryWatch.Listener() {
        @Override
        public boolean appeared(String model, String version) {
          news.add("+" + version);
          return takesNews;
        }

        @Override
        public boolean disappeared(String model, String version) {
          news.add("-" + version);
          return takesNews;
        }
      };

  @BeforeEach
  void follow() throws IOException {
    write("net/1/net.onnx", "one");
    write("net/2/net.onnx", "two");
    watch = RepositoryWatch.of(ModelRepository.at(root.toString()), listener).orElseThrow();
    watch.follow("net");
  }

  @Test
  void shouldTellNothingWhileNothingChanges() {
    look(4);

    assertThat(news).isEmpty();
  }

  @Test
  void shouldTellOnceOfANewHighestVersionThatTwoLooksFoundAlike() throws IOException {
    write("net/10/net.onnx", "ten");

    look(1);
    assertThat(news).isEmpty();
    look(4);
    assertThat(news).containsExactly("+10");
  }

  @Test
  void shouldWaitForACopyThatIsStillGrowing() throws IOException {
    for (String content : new String[] {"t", "te", "ten"}) {
      write("net/10/net.onnx", content);
      look(1);
    }
    write("net/10/model.yaml", "files: {model: net.onnx}");
    look(1);
    assertThat(news).isEmpty();

    look(1);
    assertThat(news).containsExactly("+10");
  }

  @Test
  void shouldTakeAFileOfEqualSizeForAnotherWhenItsTimeDiffers() throws IOException {
    write("net/10/net.onnx", "ten");
    look(1);
    Files.setLastModifiedTime(root.resolve("net/10/net.onnx"), FileTime.fromMillis(1000));
    look(1);
    assertThat(news).isEmpty();
  }

  @Test
  void shouldIgnoreAFolderWithoutAModel() throws IOException {
    write("net/10/weights.bin", "ten");

    look(4);

    assertThat(news).isEmpty();
  }

  @Test
  void shouldIgnoreVersionsThatAreNotTheHighest() throws IOException {
    write("net/1.5/net.onnx", "between");
    write("net/draft/net.onnx", "a name");

    look(4);

    assertThat(news).isEmpty();
  }

  @Test
  void shouldTellAgainOnlyWhenTheFilesOfAVersionChange() throws IOException {
    write("net/3/net.onnx", "broken");
    look(5);
    write("net/3/net.onnx", "repaired");
    look(5);

    assertThat(news).containsExactly("+3", "+3");
  }

  @Test
  void shouldTellAgainWhatWasNotDealtWith() throws IOException {
    takesNews = false;
    write("net/3/net.onnx", "three");
    look(3);
    takesNews = true;
    look(3);

    assertThat(news).containsExactly("+3", "+3", "+3");
  }

  @Test
  void shouldTellOfAVersionThatIsGone() throws IOException {
    delete("net/2");

    look(1);
    assertThat(news).isEmpty();
    look(3);
    assertThat(news).containsExactly("-2");

    write("net/2/net.onnx", "two");
    look(3);
    assertThat(news).containsExactly("-2", "+2");
  }

  @Test
  void shouldOutliveAListenerThatFails() throws IOException {
    RepositoryWatch fragile =
        RepositoryWatch.of(
                ModelRepository.at(root.toString()),
                new RepositoryWatch.Listener() {
                  @Override
                  public boolean appeared(String model, String version) {
                    news.add("!" + version);
                    throw new IllegalStateException("listener");
                  }

                  @Override
                  public boolean disappeared(String model, String version) {
                    return true;
                  }
                })
            .orElseThrow();
    fragile.follow("net");
    write("net/3/net.onnx", "three");

    for (int i = 0; i < 3; i++) {
      fragile.look();
    }

    assertThat(news).contains("!3");
  }

  @Test
  void shouldLookByItself() throws IOException {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (RepositoryWatch looking = watch) {
      looking.start(scheduler, Duration.ofMillis(10));
      write("net/3/net.onnx", "three");

      await().until(() -> news.equals(List.of("+3")));
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  void shouldNotWatchTheClassPath() {
    assertThat(RepositoryWatch.of(ModelRepository.at("classpath:models"), listener)).isEmpty();
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      watch.look();
    }
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void delete(String version) throws IOException {
    Files.delete(root.resolve(version).resolve("net.onnx"));
    Files.delete(root.resolve(version));
  }
}
