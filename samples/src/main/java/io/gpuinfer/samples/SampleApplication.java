package io.gpuinfer.samples;

import io.gpuinfer.serving.device.DevicePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** Starts the routes, and HTTP in front of them. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

  private static final Logger LOG = LoggerFactory.getLogger(SampleApplication.class);

  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }

  @Bean
  DevicePolicy devicePolicy() {
    return DevicePolicy.installed();
  }

  /** The demo reads the port from this line. */
  @EventListener
  void sayWhere(ApplicationReadyEvent ready) {
    if (ready.getApplicationContext() instanceof WebServerApplicationContext web) {
      LOG.info("Ready at port {}", web.getWebServer().getPort());
    }
  }
}
