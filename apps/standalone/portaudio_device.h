// SPDX-License-Identifier: ISC
/** @file portaudio_device.h  A sound card through PortAudio, whose library is loaded when it is there. */
#ifndef KIT_STANDALONE_PORTAUDIO_DEVICE_H
#define KIT_STANDALONE_PORTAUDIO_DEVICE_H

#include "device.h"

#include <portaudio.h>

#define PLAY_PORTAUDIO_FUNCTIONS(X)                                                                          \
  X(Pa_AbortStream)                                                                                          \
  X(Pa_CloseStream)                                                                                          \
  X(Pa_GetDefaultInputDevice)                                                                                \
  X(Pa_GetDefaultOutputDevice)                                                                               \
  X(Pa_GetDeviceCount)                                                                                       \
  X(Pa_GetDeviceInfo)                                                                                        \
  X(Pa_GetErrorText)                                                                                         \
  X(Pa_GetHostApiInfo)                                                                                       \
  X(Pa_GetStreamInfo)                                                                                        \
  X(Pa_Initialize)                                                                                           \
  X(Pa_IsFormatSupported)                                                                                    \
  X(Pa_IsStreamActive)                                                                                       \
  X(Pa_OpenStream)                                                                                           \
  X(Pa_StartStream)                                                                                          \
  X(Pa_Terminate)

#define PLAY_PORTAUDIO_POINTER(name) __typeof__(name)* name;

typedef struct {
  PLAY_PORTAUDIO_FUNCTIONS(PLAY_PORTAUDIO_POINTER)
} PlayPortaudio;

typedef struct {
  PlayDevice           device;
  const PlayPortaudio* pa;
  bool                 initialised;
  PaStream*            stream;
  uint32_t             n_in; ///< Channels of the card that are used
  uint32_t             n_out;
  uint32_t             n_layout_out;
  float                spare[PLAY_MAX_BLOCK]; ///< Where the card has fewer channels than the effect
} PortaudioDevice;

/** [audio-thread] */
int
play_process_portaudio(const void* in, void* out, unsigned long n, const PaStreamCallbackTimeInfo* time,
                       PaStreamCallbackFlags flags, void* handle);

#endif
