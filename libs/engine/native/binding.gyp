# The native engine as an addon of Node.js. `npm run build:engine` builds Release; `npm run sanitize` builds Debug, which
# has the sanitizers in it. Exceptions and RTTI are off in Node's own settings.
{
  'targets': [
    {
      'target_name': 'sluice_engine',
      'sources': ['<!@(find src -name "*.cc")'],
      # One standard, whichever Node.js builds it: 20 asks for gnu++17, later ones for gnu++20.
      'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-std=gnu++23'],
      'cflags_cc': ['-std=c++17', '-fvisibility=hidden', '-fvisibility-inlines-hidden'],
      'xcode_settings': {
        'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
        'GCC_OPTIMIZATION_LEVEL': '3',
        'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
        'GCC_INLINES_ARE_PRIVATE_EXTERN': 'YES',
      },
      'configurations': {
        'Debug': {
          'cflags!': ['-O0'],
          'cflags': [
            '-O1',
            '-fno-omit-frame-pointer',
            '-fsanitize=address,undefined',
            '-fno-sanitize-recover=undefined',
          ],
          'ldflags': ['-fsanitize=address,undefined'],
          'xcode_settings': {
            'GCC_OPTIMIZATION_LEVEL': '1',
            'OTHER_CFLAGS': ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
            'OTHER_LDFLAGS': ['-fsanitize=address,undefined'],
          },
        },
      },
    },
  ],
}
